/**
 * UTF-16 units: even in letters of three bytes under the 2 MB of D1's largest bound value, with room
 * for what SQL makes of it.
 */
const PORTION_CHARS = 256 * 1024;

/** The items as JSON lists for `json_each`, each as long as one bound value should be. */
export function jsonChunks(items: readonly unknown[]): string[] {
  const chunks: string[][] = [];
  let room = 0;
  for (const item of items) {
    const json = JSON.stringify(item);
    if (json.length > room) {
      chunks.push([]);
      room = PORTION_CHARS;
    }
    chunks.at(-1)?.push(json);
    room -= json.length;
  }
  return chunks.map((chunk) => `[${chunk.join(",")}]`);
}
