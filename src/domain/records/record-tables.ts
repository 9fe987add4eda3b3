/**
 * The one place that knows the fields of each record, how each is checked and in which column it is
 * kept: export and import follow these tables. Times are Unix milliseconds. A field with a fallback may
 * be left out, and is left out where it has that value.
 */
import * as z from "zod";

import { FILE, MESSAGE, TOOL } from "../../limits";
import { EndUserId } from "../access/session-token";
import { ACTOR_TYPES } from "../actor";
import { HEX_20, HEX_64, HEX_64_RULE, THREAD_ID_MAX_CHARS, TOOL_ID_RULE } from "../ids";
import { DOCUMENT_STATUSES } from "../knowledge";
import { INCOMPLETE_REASONS, ROLES } from "../message";
import { METADATA } from "../metadata";
import { LAST_MOMENT_MS } from "../moment";
import { nameProblem } from "../text";
import { DEFAULT_VERSIONS } from "../tool";

/** How a column keeps a field: as it is, as JSON text, as 0 or 1. */
export type StoredAs = "plain" | "json" | "flag";

export interface RecordField<Schema extends z.ZodType = z.ZodType> {
  schema: Schema;
  storedAs: StoredAs;
  /** Where the column is not named as the field. */
  column?: string;
  /** Of the column, where a line does not say the field. */
  fallback?: string | number | null;
  /** It is kept in another table or in the bucket; the statements of its record see to it. */
  isElsewhere?: true;
}

const plain = <Schema extends z.ZodType>(schema: Schema, column?: string) => ({
  schema,
  storedAs: "plain" as const,
  ...(column !== undefined && { column }),
});
const json = <Schema extends z.ZodType>(schema: Schema) => ({ schema, storedAs: "json" as const });
const elsewhere = <Schema extends z.ZodType>(schema: Schema) => ({
  ...json(schema),
  isElsewhere: true as const,
});

/** Of another table, as that has it. */
const joined = <Schema extends z.ZodType>(schema: Schema) => ({
  ...plain(schema),
  isElsewhere: true as const,
});

/** The field may be null, and is where it is left out. */
const orNull = <Schema extends z.ZodType, Rest>({
  schema,
  ...rest
}: Rest & { schema: Schema }) => ({
  ...rest,
  schema: schema.nullable().default(null),
  fallback: null,
});

/** As calls may name it: what they could not name could be neither read nor erased. */
const Id = z
  .string()
  .min(1)
  .max(THREAD_ID_MAX_CHARS)
  .refine((id) => nameProblem(id) === undefined, {
    error: ({ input }) => nameProblem(String(input)),
  });
const Moment = z.int().min(0).max(LAST_MOMENT_MS);
const ToolId = z.string().regex(HEX_20, TOOL_ID_RULE);
const MetadataMap = z
  .record(z.string().max(METADATA.maxKeyChars), z.string().max(METADATA.maxValueChars))
  .refine((metadata) => Object.keys(metadata).length <= METADATA.maxPairs, {
    message: `must have at most ${METADATA.maxPairs} pairs`,
  });
const KnowledgeName = z.string().min(1).max(128);
const JsonObject = z.record(z.string(), z.unknown());
/** As the column holds them. */
const AttachmentRecord = z.strictObject({ fileId: z.uuid(), tools: z.array(z.string()) });
const CitationRecord = z.strictObject({
  mark: z.string(),
  start: z.int().min(0),
  end: z.int().min(0),
  documentId: z.string(),
  fileId: z.string().nullable(),
  title: z.string(),
  quote: z.string(),
  pages: z.array(z.int().min(0)).optional(),
});
const TimeCounts = z.record(z.string().regex(/^\d{1,3}$/, "must be a number"), z.int().min(0));
const TypedObjects = z.array(z.looseObject({ type: z.string() }));

/** Fields of the record of each table of the database; `seq` is none of them: a place is not a fact. */
export const RECORD_TABLES = {
  tool: {
    table: "tools",
    fields: {
      id: plain(ToolId),
      name: plain(z.string().max(TOOL.maxNameChars)),
      description: orNull(plain(z.string().max(TOOL.maxDescriptionChars))),
      latest_version: plain(z.int().min(1)),
      live_version: plain(z.int().min(1)),
      default_version: {
        ...plain(z.enum(DEFAULT_VERSIONS).default("latest")),
        fallback: "latest",
      },
      metadata: orNull(json(MetadataMap)),
      created_at_ms: plain(Moment),
      updated_at_ms: plain(Moment),
    },
  },
  tool_version: {
    table: "tool_versions",
    fields: {
      tool_id: plain(ToolId),
      version: plain(z.int().min(1)),
      actions: json(TypedObjects),
      open: orNull(json(JsonObject)),
      created_at_ms: plain(Moment),
    },
  },
  actor: {
    table: "actors",
    fields: {
      id: plain(Id),
      name: plain(z.string()),
      actor_type: plain(z.enum(ACTOR_TYPES), "type"),
      metadata: { ...json(MetadataMap.default({})), fallback: "{}" },
      created_at_ms: plain(Moment),
      updated_at_ms: plain(Moment),
    },
  },
  file: {
    table: "files",
    fields: {
      id: plain(z.uuid()),
      name: plain(z.string().min(1).max(FILE.maxNameChars)),
      mime_type: plain(z.string()),
      size: plain(z.int().min(0).max(FILE.maxBytes)),
      created_at_ms: plain(Moment),
      end_user_id: orNull(plain(EndUserId)),
      purpose: orNull(plain(z.string())),
      expires_at_ms: orNull(plain(Moment)),
      /** Its bytes are gone: no pieces follow, and an import leaves it out. */
      is_lost: { ...elsewhere(z.boolean().default(false)), fallback: null },
    },
  },
  knowledge: {
    table: "knowledge",
    fields: {
      name: plain(KnowledgeName),
      description: orNull(plain(z.string())),
      embedding: orNull(json(JsonObject)),
      title: orNull(plain(z.string())),
      metadata: orNull(json(MetadataMap)),
      expires_after_days: orNull(plain(z.int().min(1))),
      last_active_at_ms: orNull(plain(Moment)),
      thread_id: orNull(plain(Id)),
      created_at_ms: plain(Moment),
    },
  },
  knowledge_document: {
    table: "knowledge_documents",
    fields: {
      knowledge: joined(KnowledgeName),
      id: plain(z.string().min(1)),
      file_id: orNull(plain(z.uuid())),
      source_url: orNull(plain(z.string())),
      timestamp_ms: plain(Moment),
      tags: { ...json(z.array(z.string()).default([])), fallback: "[]" },
      length: plain(z.int().min(0)),
      passage_count: plain(z.int().min(0)),
      term_count: plain(z.int().min(0)),
      bytes: { ...plain(z.int().min(0).default(0)), fallback: 0 },
      status: { ...plain(z.enum(DOCUMENT_STATUSES).default("indexed")), fallback: "indexed" },
      error_code: orNull(plain(z.string())),
      error_message: orNull(plain(z.string())),
      attributes: orNull(json(JsonObject)),
      passage_max: orNull(plain(z.int().min(1))),
      passage_overlap: orNull(plain(z.int().min(0))),
      /** Of what waits: the target's sweep sees to it. */
      work_at_ms: orNull(plain(Moment)),
      created_at_ms: plain(Moment),
      updated_at_ms: plain(Moment),
    },
  },
  /** The passages of a document cover its text. */
  knowledge_passage: {
    table: "knowledge_passages",
    fields: {
      knowledge: joined(KnowledgeName),
      document_id: joined(z.string().min(1)),
      /** Which of its document's passages it is, from 0 on. */
      n: joined(z.int().min(0)),
      position: plain(z.int().min(0)),
      text: plain(z.string()),
      page: orNull(plain(z.int().min(0))),
      /** What its knowledge's embedding model has made of it: see `search/vectors.ts`. */
      vector: orNull(joined(z.base64())),
      sketch: orNull(joined(z.base64())),
    },
  },
  thread: {
    table: "threads",
    fields: {
      id: plain(Id),
      created_at_ms: plain(Moment),
      /** Left out, it is the time of the thread's last message. */
      updated_at_ms: { ...plain(Moment.default(0)), fallback: 0 },
      metadata: orNull(json(MetadataMap)),
      tool_id: orNull(plain(ToolId)),
      end_user_id: orNull(plain(EndUserId)),
      language: orNull(plain(z.string())),
      country: orNull(plain(z.string())),
      timezone: orNull(plain(z.string())),
      /** Its end user's own name of it, where chats name threads themselves. */
      alias: orNull(plain(z.string().min(1))),
      knowledge: orNull(json(z.array(z.string()))),
      /** The actors who take part; tools join by what they wrote. */
      actors: {
        ...elsewhere(z.array(z.strictObject({ id: Id, joined_at_ms: Moment })).default([])),
        fallback: "[]",
      },
    },
  },
  message: {
    table: "messages",
    fields: {
      thread_id: plain(Id),
      id: plain(Id),
      role: plain(z.enum(ROLES)),
      content: plain(z.string().max(MESSAGE.contentMaxBytes)),
      file_ids: { ...json(z.array(z.uuid()).default([])), fallback: "[]" },
      metadata: orNull(json(MetadataMap)),
      parts: orNull(json(TypedObjects)),
      created_at_ms: plain(Moment),
      /** Of what a run wrote; all three or none. */
      tool_id: orNull(plain(ToolId)),
      tool_name: orNull(plain(z.string())),
      run_id: orNull(plain(z.string().regex(HEX_64, HEX_64_RULE))),
      incomplete: { schema: z.boolean().default(false), storedAs: "flag" as const, fallback: 0 },
      incomplete_reason: orNull(plain(z.enum(INCOMPLETE_REASONS))),
      ended_at_ms: orNull(plain(Moment)),
      attachments: orNull(json(z.array(AttachmentRecord))),
      citations: orNull(json(z.array(CitationRecord))),
      /** Its author's name, where it was written elsewhere. */
      author: orNull(plain(z.string().min(1).max(MESSAGE.maxAuthorChars))),
      /** Its client's own name of it, once in its thread among those that count. */
      client_id: orNull(plain(z.string().min(1))),
      /** The run in whose turn another has taken its place: it is kept, and counts no more. */
      superseded_by: orNull(plain(z.string().regex(HEX_64, HEX_64_RULE))),
    },
  },
  /** One that has ended: what is under way ends where it runs. */
  run: {
    table: "runs",
    fields: {
      id: plain(z.string().regex(HEX_64, HEX_64_RULE)),
      tool_id: plain(ToolId),
      tool_name: plain(z.string()),
      version: plain(z.int().min(1)),
      thread_id: orNull(plain(Id)),
      end_user_id: orNull(plain(EndUserId)),
      status: plain(z.enum(["succeeded", "failed", "cancelled", "expired"])),
      error: orNull(json(JsonObject)),
      metadata: orNull(json(MetadataMap)),
      incomplete: orNull(plain(z.string())),
      config: json(JsonObject),
      /** In its row or, where it is large, in the bucket. */
      outcome: elsewhere(JsonObject),
      created_at_ms: plain(Moment),
      started_at_ms: orNull(plain(Moment)),
      ended_at_ms: plain(Moment),
      /** Of a chat's run: the message that it answers. */
      message_id: orNull(plain(Id)),
      tokens_used: { ...plain(z.int().min(0).default(0)), fallback: 0 },
    },
  },
  /** The id under which clients of another service know something that was brought from there. */
  alias: {
    table: "aliases",
    fields: {
      wire_id: plain(Id),
      kind: plain(z.string().min(1)),
      id: plain(Id),
    },
  },
  /** What the runs of one day in UTC came to, whether their records are kept or not. */
  usage_day: {
    table: "usage_days",
    fields: {
      day: plain(z.iso.date()),
      runs: plain(z.int().min(0)),
      errors: plain(z.int().min(0)),
      input_tokens: plain(z.int().min(0)),
      output_tokens: plain(z.int().min(0)),
      cost_usd: { ...plain(z.number().min(0).default(0)), fallback: 0 },
      first_token_counts: { ...json(TimeCounts.default({})), fallback: "{}" },
    },
  },
} as const satisfies Record<
  string,
  { table: string; fields: Readonly<Record<string, RecordField>> }
>;

/** The name of a record that has a table. */
export type TableType = keyof typeof RECORD_TABLES;
