/**
 * Rows of a table that one index knows in order of `seq`. Several of them are met by leaping: each
 * is asked for its next row from where the furthest stands, so that a page costs what the rarest
 * holds, whichever was named first and however many rows the others have.
 */

export type Direction = "asc" | "desc";

export interface SortedSource {
  /** SQL of the `seq` that comes next behind the one given, null at the end. */
  next(behind: string, direction: Direction): string;
}

/** Beyond every `seq`: 10 GB of D1 hold fewer rows. Halves of a full-text index's row numbers have 32 bits. */
const LAST_SEQ = 2_147_483_647;

/** @param from Table and condition; an index must have `seq` behind the condition's columns. */
export function indexedSource(seq: string, from: string): SortedSource {
  return {
    next: (behind, direction) =>
      direction === "asc"
        ? `(SELECT ${seq} FROM ${from} AND ${seq} > ${behind} ORDER BY ${seq} LIMIT 1)`
        : `(SELECT ${seq} FROM ${from} AND ${seq} < ${behind} ORDER BY ${seq} DESC LIMIT 1)`,
  };
}

export interface Walk {
  sources: readonly SortedSource[];
  direction: Direction;
  /** SQL of the `seq` behind which it begins; null for the first. */
  behind: string | null;
  /** SQL of the `seq` before which it ends; null for the last. */
  until: string | null;
  /** SQL true of the `seq` in its argument that counts. */
  isWanted: (seq: string) => string;
  /** A number, or SQL of one. */
  limit: number | string;
}

/** SQL, for `WITH RECURSIVE`, of the table `walked (seq)`: the first rows that are in all sources. */
export function leapfrogJoin({ sources, direction, behind, until, isWanted, limit }: Walk): string {
  const [first = "", ...others] = sources.map((_, index) => `leap.at${index}`);
  const all = [first, ...others];
  const met = ["true", ...others.map((at) => `${at} = ${first}`)].join(" AND ");
  const furthest =
    direction === "asc" ? `max(${all.join(", ")}) - 1` : `min(${all.join(", ")}) + 1`;
  const from = others.length === 0 ? first : `CASE WHEN ${met} THEN ${first} ELSE ${furthest} END`;
  const goesOn = [
    ...all.map((at) => `${at} IS NOT NULL`),
    ...(until === null ? [] : [`${first} ${direction === "asc" ? "<" : ">"} ${until}`]),
  ].join(" AND ");
  const found = `(${goesOn} AND ${met} AND ${isWanted(first)})`;
  const start = behind ?? (direction === "asc" ? "0" : String(LAST_SEQ));
  const columns = all.map((_, index) => `at${index}`).join(", ");
  const next = (place: string) => sources.map((source) => source.next(place, direction)).join(", ");
  return `leap (${columns}, found) AS (
      SELECT ${next(start)}, 0
      UNION ALL
      SELECT ${next(from)}, leap.found + ${found} FROM leap
      WHERE ${goesOn} AND leap.found < ${limit}),
    walked (seq) AS (SELECT ${first} FROM leap WHERE ${found} LIMIT ${limit})`;
}
