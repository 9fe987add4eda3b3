/** Where an export goes on: opaque to its reader, and good for as long as the rows are there. */
import * as z from "zod";

import { firstRow, query } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { STAGES } from "./export-stages";

const Place = z.int().min(0);

/** The last `seq` of each table when the export began. */
const Bounds = z.strictObject({
  tools: Place,
  actors: Place,
  files: Place,
  knowledge_documents: Place,
  threads: Place,
  messages: Place,
  runs: Place,
});
export type Bounds = z.output<typeof Bounds>;

const Cursor = z.strictObject({
  /** Index in `STAGES`. */
  stage: z
    .int()
    .min(0)
    .max(STAGES.length - 1),
  /** Empty at the start of a stage that walks text. */
  first: z.union([Place, z.string()]),
  second: Place,
  until: Bounds,
});
/** Where an export goes on. */
export type Cursor = z.output<typeof Cursor>;

/** The cursor of the first part; rows written after this moment are left out. */
export async function startOfExport(db: ProjectDatabase): Promise<Cursor> {
  const tables = Object.keys(Bounds.shape);
  const bounds = tables.map((table) => `(SELECT ifnull(max(seq), 0) FROM ${table}) AS ${table}`);
  const until = Bounds.parse(await firstRow(query(db, `SELECT ${bounds.join(", ")}`)));
  return { stage: 0, first: 0, second: 0, until };
}

/** The cursor as callers see it. */
export function writeCursor(cursor: Cursor): string {
  return new TextEncoder()
    .encode(JSON.stringify(cursor))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Null for what `writeCursor` did not write. */
export function readCursor(text: string): Cursor | null {
  try {
    const json = new TextDecoder().decode(Uint8Array.fromBase64(text, { alphabet: "base64url" }));
    return Cursor.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}
