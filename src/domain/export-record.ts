/**
 * One line of an export: NDJSON that another deployment takes back. The first line is the header;
 * whatever a line names (a message its thread and files) stands in a line before it, but tools, which
 * are deployed and not exported. Times are Unix milliseconds.
 */
import * as z from "zod";

import { FILE, MESSAGE, TOKEN } from "../limits";
import { ACTOR_TYPES } from "./actor";
import { HEX_20, HEX_64, THREAD_ID_MAX_CHARS } from "./ids";
import { ROLES } from "./message";
import { METADATA } from "./metadata";

export const EXPORT_VERSION = 1;

const Id = z.string().min(1).max(THREAD_ID_MAX_CHARS);
const Moment = z.int().min(0);
const MetadataMap = z
  .record(z.string().max(METADATA.maxKeyChars), z.string().max(METADATA.maxValueChars))
  .refine((metadata) => Object.keys(metadata).length <= METADATA.maxPairs);

const Header = z.strictObject({
  type: z.literal("bobbin_export"),
  version: z.literal(EXPORT_VERSION),
});

const ActorRecord = z.strictObject({
  type: z.literal("actor"),
  id: Id,
  name: z.string(),
  actor_type: z.enum(ACTOR_TYPES),
  metadata: MetadataMap,
  created_at_ms: Moment,
  updated_at_ms: Moment,
});

const ThreadRecord = z.strictObject({
  type: z.literal("thread"),
  id: Id,
  created_at_ms: Moment,
  updated_at_ms: Moment,
  metadata: MetadataMap.nullable(),
  tool_id: z.string().regex(HEX_20).nullable(),
  end_user_id: z.string().min(1).max(TOKEN.maxEndUserChars).nullable(),
  language: z.string().nullable(),
  country: z.string().nullable(),
  timezone: z.string().nullable(),
  /** The actors who take part; tools join by what they wrote. */
  actors: z.array(z.strictObject({ id: Id, joined_at_ms: Moment })),
});

const FileRecord = z.strictObject({
  type: z.literal("file"),
  id: z.uuid(),
  name: z.string().min(1).max(FILE.maxNameChars),
  mime_type: z.string(),
  size: z.int().min(0).max(FILE.maxBytes),
  created_at_ms: Moment,
  end_user_id: z.string().min(1).max(TOKEN.maxEndUserChars).nullable(),
});

/** A piece of the file of the last `file` line; the pieces follow each other up to its size. */
const BytesRecord = z.strictObject({ type: z.literal("bytes"), base64: z.base64() });

const MessageRecord = z.strictObject({
  type: z.literal("message"),
  thread_id: Id,
  id: Id,
  role: z.enum(ROLES),
  content: z.string().max(MESSAGE.contentMaxBytes),
  file_ids: z.array(z.uuid()),
  metadata: MetadataMap.nullable(),
  parts: z.array(z.looseObject({ type: z.string() })).nullable(),
  created_at_ms: Moment,
  written_by: z
    .strictObject({
      tool_id: z.string().regex(HEX_20),
      tool_name: z.string(),
      run_id: z.string().regex(HEX_64),
    })
    .nullable(),
  incomplete: z.boolean(),
});

const Json = z.record(z.string(), z.unknown());

/** A run that has ended. */
const RunRecord = z.strictObject({
  type: z.literal("run"),
  id: z.string().regex(HEX_64),
  tool_id: z.string().regex(HEX_20),
  tool_name: z.string(),
  version: z.int().min(1),
  thread_id: Id.nullable(),
  end_user_id: z.string().nullable(),
  status: z.enum(["succeeded", "failed", "cancelled", "expired"]),
  error: Json.nullable(),
  config: Json,
  outcome: Json,
  created_at_ms: Moment,
  started_at_ms: Moment.nullable(),
  ended_at_ms: Moment,
});

export const ExportRecord = z.discriminatedUnion("type", [
  Header,
  ActorRecord,
  ThreadRecord,
  FileRecord,
  BytesRecord,
  MessageRecord,
  RunRecord,
]);
export type ExportRecord = z.output<typeof ExportRecord>;
export type RecordOf<Type extends ExportRecord["type"]> = Extract<ExportRecord, { type: Type }>;
