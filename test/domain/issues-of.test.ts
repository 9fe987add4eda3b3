/** What a schema finds wrong is told in Bobbin's words: for each kind of action, whatever comes. */
import * as fc from "fast-check";
import { describe, it } from "vitest";
import * as z from "zod";

import { ActionFailure } from "../../src/domain/action-failure";
import { issuesOf, REPORT_INPUT } from "../../src/domain/issues-of";
import { asSentence } from "../../src/domain/text";
import { ACTION_TYPES } from "../../src/domain/tool";
import { kindOf } from "../../src/engine/actions/index";
import { judgeWords } from "../fuzz/judge";

const RUNS = 200;
const SEED = 20_260_702;

const HOSTILE = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(1.5, -1, 1e300, "", "x".repeat(10_000), [], {}, [[]], null, [{}]),
);

function wordsOf(schema: z.ZodType, value: unknown): string[] {
  const parsed = schema.safeParse(value, REPORT_INPUT);
  const issues = parsed.success ? [] : issuesOf(parsed.error.issues);
  return judgeWords({ error: { issues } });
}

describe("the words of a refusal", () => {
  it.for(ACTION_TYPES)("are no validator's: spec and config of %s", (type, { expect }) => {
    const { spec, config } = kindOf(type);
    for (const schema of [spec, config]) {
      const fields = Object.keys(schema.shape);
      const value = fc.oneof(
        HOSTILE,
        ...(fields.length === 0 ? [] : [fc.dictionary(fc.constantFrom(...fields), HOSTILE)]),
      );
      fc.assert(
        fc.property(value, (given) => {
          expect(wordsOf(schema, given)).toEqual([]);
        }),
        { numRuns: RUNS, seed: SEED },
      );
    }
  });

  it.for<[string, z.ZodType, unknown, string]>([
    ["a whole number", z.int(), 1.5, "must be a whole number"],
    ["a whole number", z.int(), "1", "must be a number, not a string"],
    ["a record", z.record(z.string(), z.string()), 1, "must be an object, not a number"],
    ["a form", z.string().regex(/^a$/), "b", "must be of another form"],
    ["a URL", z.url(), "b", "must be a URL"],
    ["a multiple", z.number().multipleOf(5), 7, "must be a multiple of 5"],
    ["a rule", z.string().refine(() => false), "b", "is not as it must be"],
    ["a rule's words", z.string().refine(() => false, "must be kind."), "b", "must be kind"],
    [
      "forms",
      z.union([z.string(), z.int()]),
      null,
      "must be a string, not null, or must be a number, not null",
    ],
  ])("say what is wanted: %s", ([, schema, value, message], { expect }) => {
    const parsed = schema.safeParse(value, REPORT_INPUT);
    const issues = parsed.success ? [] : issuesOf(parsed.error.issues);
    expect(issues).toEqual([expect.objectContaining({ path: [], message })]);
  });

  it("see what is not", ({ expect }) => {
    for (const message of [
      "Invalid input: expected string, received undefined",
      "Invalid string: must match pattern /^a$/",
      "Too small: expected array to have >=1 items",
      "must be an int, not a number",
      "is wrong.",
    ]) {
      expect(judgeWords({ error: { issues: [{ message }] } })).toHaveLength(1);
    }
  });
});

describe("a sentence", () => {
  it("ends once in the error of an action, whatever it quotes", ({ expect }) => {
    expect(new ActionFailure("x", "The tool says: It is over..").message).toBe(
      "The tool says: It is over.",
    );
    expect(new ActionFailure("x", "Wait...").message).toBe("Wait...");
    expect(new ActionFailure("x", "Over.").message).toBe("Over.");
    expect(judgeWords({ error: { message: "It is over.." } })).toHaveLength(1);
  });

  it("ends with one full stop", ({ expect }) => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("", ".", "..", ". ", " ."), (text, end) => {
        expect(asSentence(text + end)).toMatch(/(^|[^.\s])\.$/);
      }),
    );
  });
});
