import { describe, it } from "vitest";

import { Parameters, readArguments } from "../../../src/engine/chat/parameters";

const WEATHER = {
  type: "object",
  properties: {
    city: { type: "string", minLength: 1 },
    days: { type: "integer", minimum: 1 },
    unit: { enum: ["celsius", "fahrenheit"] },
  },
  required: ["city"],
  additionalProperties: false,
};

describe("readArguments", () => {
  it("takes what the parameters describe", ({ expect }) => {
    expect(readArguments('{"city":"Rome","days":2}', WEATHER)).toEqual({
      ok: true,
      value: { city: "Rome", days: 2 },
    });
  });

  it("takes nothing for an empty object", ({ expect }) => {
    expect(readArguments("", { type: "object" })).toEqual({ ok: true, value: {} });
  });

  it.for([
    ['{"city":', "the arguments are no JSON object"],
    ["[1]", "the arguments are no JSON object"],
    ["null", "the arguments are no JSON object"],
    ["", "city is required: a string"],
    ['{"city":7}', "city must be a string, not a number"],
    ['{"city":"Rome","days":0}', "days must be at least 1"],
    ['{"city":"Rome","unit":"kelvin"}', 'unit must be one of "celsius", "fahrenheit"'],
    ['{"city":"Rome","planet":"Mars"}', "planet is not a known field"],
  ])("says what is wrong with %s", ([text = "", problem], { expect }) => {
    expect(readArguments(text, WEATHER)).toEqual({ ok: false, problem });
  });

  it("holds patterns against nobody: some never end", ({ expect }) => {
    const evil = {
      type: "object",
      properties: { pattern: { type: "string", pattern: "^(a+)+$" } },
    };
    expect(readArguments(`{"pattern":"${"a".repeat(40)}!"}`, evil).ok).toBe(true);
    expect(readArguments('{"pattern":7}', evil).ok).toBe(false);
  });

  it("leaves to the function what it does not understand", ({ expect }) => {
    for (const schema of [
      { type: "object", properties: { a: { not: { type: "string" } } } },
      { type: "object", properties: { a: { $ref: "https://example.com/a.json" } } },
      { type: "object", properties: { a: { type: "fraction" } } },
    ]) {
      expect(readArguments('{"a":"b"}', schema)).toEqual({ ok: true, value: { a: "b" } });
    }
  });
});

describe("Parameters", () => {
  it("describe an object, by default one without properties", ({ expect }) => {
    expect(Parameters.parse(undefined)).toEqual({ type: "object", properties: {} });
    expect(Parameters.safeParse(WEATHER).success).toBe(true);
    expect(Parameters.safeParse({ type: "string" }).success).toBe(false);
  });
});
