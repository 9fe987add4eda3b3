import * as fc from "fast-check";
import { describe, it } from "vitest";

import { joinContinuedLines } from "../../../src/api/shared/request/json-text";
import { RUN_TOOL } from "../../fixtures/seeds/bodies";

describe("joinContinuedLines", () => {
  it("mends the published sample, and nothing that stands in a string", ({ expect }) => {
    expect(JSON.parse(joinContinuedLines(RUN_TOOL))).toMatchObject({ version: 1, blocking: true });
    const text = '{"a": "x\\\\", \\\r\n "b": "\\\\\\n"}';
    expect(joinContinuedLines(text)).toBe('{"a": "x\\\\", \r\n "b": "\\\\\\n"}');
  });

  it("mends any valid JSON that is broken over lines by backslashes", ({ expect }) => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom("\\\n", "\\\r\n"), (json, lineEnd) => {
        const broken = `${lineEnd}${json} ${lineEnd}`;
        expect(JSON.parse(joinContinuedLines(broken))).toEqual(JSON.parse(json));
      }),
    );
  });

  it("leaves valid JSON as it is", ({ expect }) => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(joinContinuedLines(json)).toBe(json);
      }),
    );
  });
});
