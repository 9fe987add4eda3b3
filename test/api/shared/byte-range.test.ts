import { describe, it } from "vitest";

import { namesEtag, readRange } from "../../../src/api/shared/reply/byte-range";

describe("readRange of 10 bytes", () => {
  it.for([
    ["bytes=0-3", { offset: 0, length: 4 }],
    ["bytes=4-", { offset: 4, length: 6 }],
    ["bytes=9-9", { offset: 9, length: 1 }],
    ["bytes=-3", { offset: 7, length: 3 }],
    ["bytes=-30", { offset: 0, length: 10 }],
    ["bytes=5-99999999999999999999", { offset: 5, length: 5 }],
    ["bytes=10-", "unsatisfiable"],
    ["bytes=10-12", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=3-1", null],
    ["bytes=-", null],
    ["bytes=a-b", null],
    ["bytes=0-1,4-5", null],
    ["lines=0-1", null],
    [null, null],
  ] as const)("%s is %o", ([header, range], { expect }) => {
    expect(readRange(header, 10)).toEqual(range);
  });
});

describe("namesEtag", () => {
  it.for([
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ["*", true],
    ['"b"', false],
    ["a", false],
    [null, false],
  ] as const)("%s: %s", ([header, named], { expect }) => {
    expect(namesEtag(header, '"a"')).toBe(named);
  });
});
