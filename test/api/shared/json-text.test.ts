import * as fc from "fast-check";
import { describe, it } from "vitest";

import { describeJsonError, joinContinuedLines } from "../../../src/api/shared/request/json-text";
import { RUN_TOOL } from "../../fixtures/seeds/bodies";

describe("describeJsonError", () => {
  it.for([
    ["{", 'line 1, column 2: expected a name in double quotes or "}", found the end'],
    ['{"a"}', 'line 1, column 5: expected ":", found "}"'],
    ['{"a": }', 'line 1, column 7: expected a value, found "}"'],
    ['{"a": 1,}', 'line 1, column 9: expected a name in double quotes, found "}"'],
    ['{"a": 1\n "b": 2}', 'line 2, column 2: expected "," or "}", found "\\""'],
    ["[1, 2", 'line 1, column 6: expected "," or "]", found the end'],
    ["[1,]", 'line 1, column 4: expected a value, found "]"'],
    ["[]]", 'line 1, column 3: expected the end, found "]"'],
    ["{'a': 1}", 'line 1, column 2: expected a name in double quotes or "}", found "\'"'],
    ['{"a": undefined}', 'line 1, column 7: expected a value, found "u"'],
    ['{"a": 01}', 'line 1, column 7: expected a value, found "0"'],
    ['{"a": 1.}', 'line 1, column 7: expected a value, found "1"'],
    ['"no end', "line 1, column 8: expected the string's closing quote, found the end"],
    ['"a\nb"', 'line 1, column 3: expected a control character to be escaped, found "\\n"'],
    [
      String.raw`"\x"`,
      String.raw`line 1, column 2: expected an escape such as \n, \" or \u0041, found "\\"`,
    ],
    ["hello", 'line 1, column 1: expected a value, found "h"'],
  ] as const)("of %j says %s", ([text, words], { expect }) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(describeJsonError(text)).toBe(words);
  });

  it("finds a break in any text that JSON.parse refuses, and none in what it takes", ({
    expect,
  }) => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (json, place, junk) => {
        const at = place % (json.length + 1);
        const text = json.slice(0, at) + junk + json.slice(at + (place % 3));
        const words = describeJsonError(text);
        expect(words.includes("expected the end, found the end")).toBe(parses(text));
      }),
    );
  });
});

describe("joinContinuedLines", () => {
  it("mends the published sample, and nothing that stands in a string", ({ expect }) => {
    expect(JSON.parse(joinContinuedLines(RUN_TOOL))).toMatchObject({ version: 1, blocking: true });
    const text = '{"a": "x\\\\", \\\r\n "b": "\\\\\\n"}';
    expect(joinContinuedLines(text)).toBe('{"a": "x\\\\", \r\n "b": "\\\\\\n"}');
  });

  it("leaves valid JSON as it is", ({ expect }) => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(joinContinuedLines(json)).toBe(json);
      }),
    );
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
