/** What the answers of the processor meter come to. */

/** The most that one runtime has computed between two answers: the asker's own has not computed more. */
export function mostComputed(
  before: Record<string, number>,
  after: Record<string, number>,
): number {
  const rises = Object.entries(after).map(([pid, ms]) => ms - (before[pid] ?? 0));
  return Math.max(0, ...rises);
}
