/** What the SQL of the pages of an export has in common. */
import { columnsOf } from "../../domain/records/export-record";
import type { TableType } from "../../domain/records/record-tables";

/** Whose rows are read: parameters of a page's SQL. */
export const PARAMETERS = {
  project: "?1",
  /** The end user or the thread; null for a project. */
  subject: "?2",
  /** The place behind which the page begins. */
  first: "?3",
  second: "?4",
  /** The last `seq` when the export began: what came later is not in it. */
  until: "?5",
  untilSecond: "?6",
  rows: "?7",
  bytes: "?8",
} as const;

/** SQLite knows the length of a value without reading it. */
export function bytesOf(type: TableType, alias: string): string {
  const columns = [
    ...columnsOf(type).map(({ column }) => column),
    ...(type === "run" ? ["outcome"] : []),
  ];
  return columns.map((column) => `coalesce(octet_length(${alias}.${column}), 0)`).join(" + ");
}
