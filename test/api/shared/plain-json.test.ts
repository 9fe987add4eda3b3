import { describe, it } from "vitest";

import { findBadValue } from "../../../src/api/shared/request/plain-json";
import { REQUEST } from "../../../src/limits";

function nested(depth: number): unknown {
  return JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);
}

describe("findBadValue", () => {
  it("takes any plain value", ({ expect }) => {
    expect(findBadValue({ a: [1, null, "每日 😀", { "": true, constructor: "x" }] })).toBe(
      undefined,
    );
    expect(findBadValue(nested(REQUEST.jsonMaxNesting))).toBe(undefined);
  });

  it.for([
    [{ a: ["x", "\ud800"] }, ["a", 1], "holds half of a surrogate pair, which is no character"],
    [{ a: { b: "x\0" } }, ["a", "b"], "holds a NUL character"],
    [{ "a\0": 1 }, ["a\0"], "the field's name holds a NUL character"],
    [
      { "\udc00": 1 },
      ["\ufffd"],
      "the field's name holds half of a surrogate pair, which is no character",
    ],
  ] as const)("names what is wrong with %j, and where", ([value, path, message], { expect }) => {
    expect(findBadValue(value)).toEqual({ path, message });
  });

  it("finds __proto__ as JSON.parse makes it", ({ expect }) => {
    expect(findBadValue(JSON.parse('{"a":{"__proto__":{}}}'))).toEqual({
      path: ["a", "__proto__"],
      message: "no field may have this name",
    });
  });

  it("refuses what is nested too deep, however deep", ({ expect }) => {
    expect(findBadValue(nested(REQUEST.jsonMaxNesting + 1))?.message).toBe(
      "nested deeper than 64 levels",
    );
    expect(findBadValue(nested(400_000))?.message).toBe("nested deeper than 64 levels");
  });
});
