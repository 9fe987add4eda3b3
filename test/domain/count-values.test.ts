import { describe, it } from "vitest";

import { ValueCount } from "../../src/domain/count-values";

const encoder = new TextEncoder();

function countOf(text: string, pieceBytes = 1): number {
  const count = new ValueCount();
  const bytes = encoder.encode(text);
  let values = 0;
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    values = count.add(bytes.subarray(at, at + pieceBytes));
  }
  return values;
}

describe("ValueCount", () => {
  it.for<[string, number]>([
    ["1", 1],
    ["[1,2,3]", 4],
    ['{"a":[1,{"b":2}]}', 5],
    ['"[,{,["', 1],
    ['["a\\",[,","\\\\",3]', 4],
    ['["\\\\\\",",","]', 3],
    [`[${"{},".repeat(1000)}1]`, 2002],
  ])("counts %s, however it is cut", ([text, values], { expect }) => {
    for (const pieceBytes of [1, 2, 3, 7, 1_000_000]) {
      expect(countOf(text, pieceBytes)).toBe(values);
    }
  });
});
