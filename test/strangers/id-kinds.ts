/**
 * Every kind of id that the API takes: how an example of it is made for whoever asks, and one that
 * never was. What the matrix does not find here stops it: a new path parameter needs a recipe.
 */
import { env } from "cloudflare:workers";

import {
  newActorId,
  newFileId,
  newKeyId,
  newMessageId,
  newProjectId,
  newRunId,
  newThreadId,
  newToolId,
  randomHex,
} from "../../src/domain/ids";
import { fanOut } from "../../src/store/webhooks/webhook-deliveries";
import { chatActions, makeTool } from "../support/tool";
import { ADMIN_KEY, type Party, ask, byKey, nextName } from "./party";

const DELIVERY_ID_BYTES = 16;
/** Nothing is sent there: runs reach no address of this machine. */
const HOOK = "https://127.0.0.1/hook";

export type Ids = Record<string, string>;

interface IdKind {
  /** What must be there before it, in this order. */
  needs: readonly string[];
  make: (party: Party, ids: Ids) => Promise<string> | string;
  never: () => string;
}

const thread: IdKind = {
  needs: [],
  make: async (party) => party.threadId ?? (await ask(party, "POST", "/api/sdk/threads", {})).id,
  never: newThreadId,
};

const tool: IdKind = {
  needs: [],
  make: (party) => party.toolId ?? makeTool(party.projectId, chatActions()),
  never: newToolId,
};

const ID_KINDS: Record<string, IdKind> = {
  project_id: { needs: [], make: (party) => party.projectId, never: newProjectId },
  thread_id: thread,
  // Of a token's own chats any name is one: it tells of nobody else's.
  chat_id: {
    needs: ["thread_id"],
    make: (_, { thread_id: threadId = "" }) => threadId,
    never: newThreadId,
  },
  message_id: {
    needs: ["thread_id"],
    make: async (party, ids) => {
      const message = { role: "user", content: "hello" };
      return (await ask(party, "POST", `/api/sdk/threads/${ids["thread_id"]}/messages`, message))
        .id;
    },
    never: newMessageId,
  },
  file_id: {
    needs: [],
    make: async (party) => {
      const form = new FormData();
      form.set("file", new File(["hello"], "hello.txt", { type: "text/plain" }));
      return (await ask(party, "POST", "/api/sdk/files", form)).fileId;
    },
    never: newFileId,
  },
  tool_id: tool,
  version: { needs: ["tool_id"], make: () => "1", never: () => "999999" },
  run_id: {
    needs: ["thread_id", "tool_id"],
    make: async (party, ids) => {
      const path = `/api/sdk/p/${party.projectId}/a/${ids["tool_id"]}/r`;
      return (await ask(party, "POST", path, { thread_id: ids["thread_id"] })).run.run_id;
    },
    never: newRunId,
  },
  name: {
    needs: [],
    make: async (party) => {
      const path = `/api/sdk/p/${party.projectId}/knowledge`;
      return (await ask(party, "POST", path, { name: nextName() })).knowledge.name;
    },
    never: nextName,
  },
  document_id: {
    needs: ["name"],
    make: async (party, ids) => {
      const id = nextName();
      const path = `/api/sdk/p/${party.projectId}/knowledge/${ids["name"]}/d/${id}`;
      await ask(party, "PUT", path, { text: "Some text to find." });
      return id;
    },
    never: nextName,
  },
  document_batch_id: {
    needs: ["name", "file_id"],
    make: async (party, ids) => {
      const path = `/api/sdk/p/${party.projectId}/knowledge/${ids["name"]}/batches`;
      const documents = [{ file_id: ids["file_id"] }];
      return (await ask(byKey(party), "POST", path, { documents })).batch.id;
    },
    never: newMessageId,
  },
  end_user_id: { needs: [], make: nextName, never: nextName },
  secret_id: {
    needs: [],
    make: async (party) => (await ask(party, "POST", "/api/sdk/signing-secrets", {})).id,
    never: newKeyId,
  },
  actor_id: {
    needs: [],
    make: async (party) =>
      (await ask(byKey(party), "POST", "/v1/actors", { name: "Ada", type: "user" })).id,
    never: () => `act_${newActorId()}`,
  },
  agent_id: {
    needs: [],
    make: async (party) => `agent_${await tool.make(party, {})}`,
    never: () => `agent_${newToolId()}`,
  },
  assistant_id: {
    needs: [],
    make: async (party) => `asst_${await tool.make(party, {})}`,
    never: () => `asst_${newToolId()}`,
  },
  vector_store_id: {
    needs: [],
    make: async (party) => (await ask(byKey(party), "POST", "/openai/v1/vector_stores", {})).id,
    never: () => `vs_${newToolId()}`,
  },
  store_file_id: {
    needs: ["file_id", "vector_store_id"],
    make: async (party, ids) => {
      const path = `/openai/v1/vector_stores/${ids["vector_store_id"]}/files`;
      return (await ask(byKey(party), "POST", path, { file_id: ids["file_id"] })).id;
    },
    never: () => `file-${newFileId()}`,
  },
  batch_id: {
    needs: ["file_id", "vector_store_id"],
    make: async (party, ids) => {
      const path = `/openai/v1/vector_stores/${ids["vector_store_id"]}/file_batches`;
      return (await ask(byKey(party), "POST", path, { file_ids: [ids["file_id"]] })).id;
    },
    never: () => `vsfb_${newToolId()}`,
  },
  step_id: {
    needs: ["run_id"],
    make: (_party, ids) => `step_${ids["run_id"]}_1`,
    never: () => `step_${newRunId()}_1`,
  },
  // It names nothing that is anybody's.
  model: { needs: [], make: nextName, never: nextName },
  webhook_id: {
    needs: [],
    make: async (party) => (await ask(byKey(party), "POST", "/api/sdk/webhooks", {})).id,
    never: newKeyId,
  },
  delivery_id: {
    needs: ["run_id"],
    make: async ({ projectId }, { run_id: runId = "" }) => {
      const announcement = { projectId, runId, type: "run.succeeded", calls: null } as const;
      const moment = { atMs: Date.now(), webhookUrl: HOOK };
      const [id = ""] = await fanOut(env.DB, { ...announcement, ...moment });
      return id;
    },
    never: () => `msg_${randomHex(DELIVERY_ID_BYTES)}`,
  },
  key_id: {
    needs: [],
    make: async ({ projectId }) => {
      const path = `/admin/projects/${projectId}/keys`;
      return (await ask({ credential: ADMIN_KEY }, "POST", path, { name: "spare" })).key.id;
    },
    never: newKeyId,
  },
};

export function idKind(name: string): IdKind {
  const kind = ID_KINDS[name];
  if (kind === undefined) {
    throw new Error(`No recipe makes a {${name}}: write one in test/strangers/id-kinds.ts.`);
  }
  return kind;
}

/** One of each that is asked for, fresh, and of what those need. */
export async function makeIds(party: Party, names: readonly string[]): Promise<Ids> {
  const ids: Ids = {};
  for (const name of names) {
    await addId(party, name, ids);
  }
  return ids;
}

async function addId(party: Party, name: string, ids: Ids): Promise<void> {
  const kind = idKind(name);
  for (const needed of kind.needs) {
    await addId(party, needed, ids);
  }
  ids[name] ??= await kind.make(party, ids);
}
