/** Import circles: the strongly connected parts of a graph, each larger than one (Tarjan, 1972). */

export function findCircles(arrows: ReadonlyMap<string, readonly string[]>): string[][] {
  const numbers = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (node: string): number => {
    const number = numbers.size;
    numbers.set(node, number);
    lowest.set(node, number);
    stack.push(node);
    for (const next of arrows.get(node) ?? []) {
      if (!numbers.has(next)) {
        lowest.set(node, Math.min(lowest.get(node) ?? number, visit(next)));
      } else if (stack.includes(next)) {
        lowest.set(node, Math.min(lowest.get(node) ?? number, numbers.get(next) ?? number));
      }
    }
    const low = lowest.get(node) ?? number;
    if (low === number) {
      const part = stack.splice(stack.indexOf(node));
      if (part.length > 1) {
        circles.push(part);
      }
    }
    return low;
  };
  for (const node of arrows.keys()) {
    if (!numbers.has(node)) {
      visit(node);
    }
  }
  return circles;
}
