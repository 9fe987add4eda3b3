/** What the tools of an assistant, a thread or a run may look into. */
import * as z from "zod";

import { INDEXING } from "../../limits";
import { NO_CODE_FILES } from "./code-interpreter";
import { MetadataInput, optional } from "./fields";
import { FileIdField } from "./file-id";
import { fromWireId, toWireId } from "./ids";
import { ChunkingField } from "./vector-stores/fields";

/** As old replies are sent back: without any file. */
const CodeInterpreterField = z.strictObject({
  file_ids: z
    .array(z.string())
    .refine((ids) => ids.length === 0, { ...NO_CODE_FILES, path: [0] })
    .nullish(),
});

/** OpenAI takes one for an assistant and one for a thread. */
const StoreIds = z
  .array(
    z
      .string()
      .min(1)
      .transform((id) => fromWireId("vector_store", id))
      .meta({ document: { type: "string" } }),
  )
  .max(1);

export const ToolResourcesField = z.strictObject({
  code_interpreter: CodeInterpreterField.nullish(),
  file_search: z.strictObject({ vector_store_ids: optional(StoreIds) }).nullish(),
});

const InlineStore = z.strictObject({
  file_ids: optional(z.array(FileIdField).max(INDEXING.batchMax)),
  chunking_strategy: optional(ChunkingField),
  metadata: MetadataInput,
});

/** Of what is made, which a store may be made along with. */
export const NewResourcesField = ToolResourcesField.extend({
  file_search: z
    .strictObject({
      vector_store_ids: optional(StoreIds),
      vector_stores: optional(z.array(InlineStore).max(1)).describe(
        "One that is made along with it, of these files. Of a thread it goes with the thread.",
      ),
    })
    .refine((search) => !search.vector_store_ids?.length || !search.vector_stores?.length, {
      message: "goes without vector_store_ids: what is made has one store",
      path: ["vector_stores"],
    })
    .nullish(),
});
type ToolResources = z.output<typeof ToolResourcesField>;

/** Names of knowledge: undefined where the request says nothing of it. */
export function storesIn(given: ToolResources | null | undefined): string[] | null | undefined {
  if (given === null || given === undefined) {
    return given;
  }
  const { file_search: search } = given;
  return search === undefined ? undefined : (search?.vector_store_ids ?? null);
}

export const ToolResourcesWire = z.strictObject({
  file_search: z.strictObject({ vector_store_ids: z.array(z.string()) }).optional(),
});

/** @param names Of knowledge; null: none. */
export function presentResources(
  names: readonly string[] | null,
): z.output<typeof ToolResourcesWire> {
  const ids = names?.map((name) => toWireId("vector_store", name));
  return ids === undefined ? {} : { file_search: { vector_store_ids: ids } };
}
