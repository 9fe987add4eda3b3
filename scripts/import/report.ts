import type { Left } from "./read-folder.ts";

export type Taken = Readonly<Record<"assistants" | "threads" | "messages" | "files", number>>;

/** Of so many of one reason each is named; the rest is counted. */
const NAMED = 20;

/** What was found, and what is left out for which reason. */
export function writeReport(taken: Taken, left: readonly Left[]): string {
  const counts = Object.entries(taken).map(([what, count]) => `${count} ${what}`);
  const reasons = Map.groupBy(left, ({ why }) => why);
  const lines = [...reasons].flatMap(([why, of]) => {
    const named = of.slice(0, NAMED).map(({ what }) => `    ${what}`);
    const more = of.length > NAMED ? [`    and ${of.length - NAMED} more`] : [];
    return [`  ${why}:`, ...named, ...more];
  });
  return [
    `Found ${counts.join(", ")}.`,
    ...(lines.length === 0 ? ["Nothing is left out."] : ["Left out:", ...lines]),
  ].join("\n");
}
