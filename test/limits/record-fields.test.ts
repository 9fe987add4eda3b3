/** Proves that an export leaves no column of its tables out for no reason. */
import { env } from "cloudflare:workers";
import { it } from "vitest";

import { columnsOf } from "../../src/domain/records/export-record";
import { RECORD_TABLES, type TableType } from "../../src/domain/records/record-tables";

const TABLE_TYPES: readonly TableType[] = [
  "tool",
  "tool_version",
  "actor",
  "file",
  "thread",
  "message",
  "run",
  "alias",
  "usage_day",
  "knowledge",
  "knowledge_document",
  "knowledge_passage",
];

/** Columns that no record has, because they are a place, are counted, or are told another way. */
const NO_FIELDS = new Set([
  "seq",
  "project_id",
  "n",
  "last_n",
  "followed_until_ms",
  "touched_at_ms",
  "outcome",
  "outcome_in_r2",
  "tokens_reserved",
  // Whoever brings them counts them anew.
  "counted_with_run",
  "asked_messages",
  "usage_days.messages",
  "knowledge.number",
  "knowledge.document_count",
  "knowledge.passage_count",
  "knowledge.term_count",
  "passages_written",
  "knowledge_number",
  "first_passage",
  "document_seq",
  "is_doomed",
  "knowledge.waiting_count",
  "knowledge.failed_count",
  "knowledge.cancelled_count",
  "byte_count",
  // A batch tells its maker how far it has come, and nothing else.
  "batch_id",
  "tries",
]);

it.for(Object.entries(RECORD_TABLES))(
  "has a field for every column of the table of a %s, or a reason for none",
  async ([type, { table }], { expect }) => {
    const { results } = await env.DB.prepare(`PRAGMA table_info(${table})`).all<{ name: string }>();
    const columns = results
      .map(({ name }) => name)
      .filter((name) => !NO_FIELDS.has(name) && !NO_FIELDS.has(`${table}.${name}`));
    const kept = TABLE_TYPES.flatMap((one) => (one === type ? columnsOf(one) : []));
    expect(kept.map(({ column }) => column).toSorted()).toEqual(columns.toSorted());
  },
);
