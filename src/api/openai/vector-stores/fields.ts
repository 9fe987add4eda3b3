/** Fields that calls of vector stores share, as requests give them and replies show them. */
import * as z from "zod";

import { issuesOf, REPORT_INPUT } from "../../../domain/issues-of";
import {
  type AttributeFilter,
  type Attributes,
  COMPARISONS,
  type PassageSize,
} from "../../../domain/knowledge";
import { DOCUMENTS_LIMITS, KNOWLEDGE } from "../../../limits";
import type { WaitingDocument } from "../../../store/knowledge/document-work";
import { AttributeValue, AttributesField } from "../../shared/request/attributes";
import { optional } from "../fields";
import { FileIdField } from "../file-id";

/** Of the texts that are cut: no tokenizer of a model is at hand. */
const CHARS_PER_TOKEN = 4;

const CHUNK_TOKENS = { min: 100, max: 4096 };

const StaticChunks = z
  .strictObject({
    max_chunk_size_tokens: z
      .int()
      .min(CHUNK_TOKENS.min)
      .max(CHUNK_TOKENS.max)
      .meta({ example: 800 }),
    chunk_overlap_tokens: z.int().min(0).meta({ example: 50 }),
  })
  .refine((size) => size.chunk_overlap_tokens <= size.max_chunk_size_tokens / 2, {
    message: "must be at most half of max_chunk_size_tokens",
    path: ["chunk_overlap_tokens"],
  });

export const ChunkingField = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("auto") }),
  z.strictObject({ type: z.literal("static"), static: StaticChunks }),
]);

export const ChunkingWire = z.strictObject({
  type: z.literal("static"),
  static: z.strictObject({ max_chunk_size_tokens: z.int(), chunk_overlap_tokens: z.int() }),
});

function readChunking(given: z.output<typeof ChunkingField> | null | undefined) {
  return given?.type === "static"
    ? {
        max: given.static.max_chunk_size_tokens * CHARS_PER_TOKEN,
        overlap: given.static.chunk_overlap_tokens * CHARS_PER_TOKEN,
      }
    : null;
}

export function presentChunking(size: PassageSize | null): z.output<typeof ChunkingWire> {
  const { max, overlap } = size ?? KNOWLEDGE.passage;
  return {
    type: "static",
    static: {
      max_chunk_size_tokens: max / CHARS_PER_TOKEN,
      chunk_overlap_tokens: overlap / CHARS_PER_TOKEN,
    },
  };
}

export const StoreFileFields = {
  file_id: FileIdField,
  attributes: optional(AttributesField),
  chunking_strategy: optional(ChunkingField),
};
const StoreFile = z.strictObject(StoreFileFields);

export function toDocument({
  file_id: fileId,
  attributes,
  chunking_strategy: chunking,
}: z.output<typeof StoreFile>): WaitingDocument {
  const given: Attributes | null = attributes ?? null;
  return { id: fileId, fileId, attributes: given, passage: readChunking(chunking) };
}

const Comparison = z.strictObject({
  type: z.enum(COMPARISONS),
  key: z.string().min(1).max(DOCUMENTS_LIMITS.attributes.maxKeyChars),
  value: z.union([AttributeValue, z.array(AttributeValue).max(DOCUMENTS_LIMITS.filterMaxNodes)]),
});
const Compound = z.strictObject({ type: z.enum(["and", "or"]), filters: z.array(z.unknown()) });

/** OpenAI's: comparisons of attributes, joined by `and` and `or` to any depth. */
export const FiltersField = z
  .unknown()
  .transform((given, context): AttributeFilter => {
    let left: number = DOCUMENTS_LIMITS.filterMaxNodes;
    const read = (one: unknown, path: (string | number)[]): AttributeFilter => {
      left -= 1;
      if (left < 0) {
        throw new BadFilter([
          { path, message: `is one of more than ${DOCUMENTS_LIMITS.filterMaxNodes}` },
        ]);
      }
      const type = z.looseObject({ type: z.unknown() }).safeParse(one).data?.type;
      const isCompound = type === "and" || type === "or";
      const parsed = (isCompound ? Compound : Comparison).safeParse(one, REPORT_INPUT);
      if (!parsed.success) {
        throw new BadFilter(issuesOf(parsed.error.issues, path));
      }
      return "filters" in parsed.data
        ? {
            type: parsed.data.type,
            filters: parsed.data.filters.map((inner, index) =>
              read(inner, [...path, "filters", index]),
            ),
          }
        : parsed.data;
    };
    try {
      return read(given, []);
    } catch (error) {
      if (!(error instanceof BadFilter)) {
        throw error;
      }
      for (const { path, message } of error.issues) {
        context.addIssue({ code: "custom", path, message });
      }
      return z.NEVER;
    }
  })
  .meta({ document: z.looseObject({ type: z.string() }) });

class BadFilter extends Error {
  override readonly name = "BadFilter";
  readonly issues: readonly { path: (string | number)[]; message: string }[];

  constructor(issues: readonly { path: (string | number)[]; message: string }[]) {
    super("A filter breaks a rule.");
    this.issues = issues;
  }
}
