/** Stores that an assistant or a thread is made with: by their names, or made along with it. */
import type { Context } from "hono";
import type * as z from "zod";

import { makeKnowledge } from "../../core/knowledge";
import { defaultEmbedding } from "../../core/model-names";
import { deleteKnowledge } from "../../store/knowledge/delete-knowledge";
import { databaseOf } from "../../store/sql/databases";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { fail, unwrap } from "../shared/reply/fail";
import { newWireId } from "./ids";
import { checkStores } from "./known-stores";
import { type NewResourcesField, storesIn } from "./tool-resources";
import { toDocument } from "./vector-stores/fields";

interface Owner {
  /** With which a store that is made goes; null: it stays. */
  threadId: string | null;
  /** Of the object in the body that has the `tool_resources`. */
  at: readonly string[];
}

type NewResources = z.output<typeof NewResourcesField> | null | undefined;

/**
 * @param write Is given the names of the stores; undefined where the request says nothing of them. Where it
 * throws, nothing of a store that was made for it stays.
 */
export async function withStores<Written>(
  c: Context<AppEnv>,
  resources: NewResources,
  owner: Owner,
  write: (names: string[] | null | undefined) => Promise<Written>,
): Promise<Written> {
  const [inline] = resources?.file_search?.vector_stores ?? [];
  if (inline === undefined) {
    const names = storesIn(resources);
    await checkStores(c, names, owner.at);
    return write(names);
  }
  const name = await makeStore(c, inline, owner);
  try {
    return await write([name]);
  } catch (error) {
    const { projectId } = c.var.caller;
    await deleteKnowledge(databaseOf(c.env, c.var.caller), projectId, name);
    throw error;
  }
}

type InlineStore = NonNullable<
  NonNullable<NonNullable<NewResources>["file_search"]>["vector_stores"]
>[number];

async function makeStore(
  c: Context<AppEnv>,
  { file_ids: fileIds, chunking_strategy: chunking, metadata }: InlineStore,
  { threadId, at }: Owner,
): Promise<string> {
  const { caller } = c.var;
  if (caller.kind === "token") {
    const reason =
      "vector stores are for keys alone: they belong to the project and to no end user";
    const path = [...at, "tool_resources", "file_search", "vector_stores"];
    fail({ kind: "closed_to_tokens", path, reason });
  }
  const made = await makeKnowledge(caller, coreContext(c), {
    name: newWireId(),
    description: null,
    embedding: defaultEmbedding(c.env),
    metadata: metadata ?? null,
    ...(threadId === null ? {} : { threadId }),
    nowMs: Date.now(),
    documents: (fileIds ?? []).map((fileId) =>
      toDocument({ file_id: fileId, chunking_strategy: chunking }),
    ),
  });
  return unwrap(made).name;
}
