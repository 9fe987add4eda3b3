/**
 * Takes from the lists in turn, one of each, until `total` are taken or all lists are empty: none waits
 * for a longer one to end.
 */
export function shareOut<Item>(lists: readonly (readonly Item[])[], total: number): Item[] {
  const taken: Item[] = [];
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  for (let turn = 0; turn < longest; turn += 1) {
    for (const list of lists) {
      if (taken.length === total) {
        return taken;
      }
      taken.push(...list.slice(turn, turn + 1));
    }
  }
  return taken;
}
