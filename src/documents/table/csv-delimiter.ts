const DELIMITERS = [",", ";", "\t", "|"] as const;
const MAX_LINES = 50;

/** The character that splits the lines into equally many cells, or null where none does. */
export function csvDelimiter(start: string, isWhole: boolean): string | null {
  const records = firstRecords(start, isWhole);
  if (records.length < 2) {
    return null;
  }
  let best: { delimiter: string; cells: number } | null = null;
  for (const delimiter of DELIMITERS) {
    const counts = records.map((record) => record.split(delimiter).length);
    const cells = counts[0] ?? 1;
    if (cells > 1 && counts.every((count) => count === cells) && cells > (best?.cells ?? 1)) {
      best = { delimiter, cells };
    }
  }
  return best?.delimiter ?? null;
}

/** Records with their quoted cells emptied: what is quoted may hold delimiters and line breaks. */
function firstRecords(start: string, isWhole: boolean): string[] {
  const unquoted = start.replace(/"(?:[^"]|"")*"/g, "");
  const lines = unquoted.split(/\r\n|\n|\r/, MAX_LINES + 1);
  const isCut = !isWhole || lines.length > MAX_LINES;
  return (isCut ? lines.slice(0, -1) : lines).filter((line) => line.trim() !== "");
}
