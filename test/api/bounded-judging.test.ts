import { findTargetHandler } from "hono/utils/handler";
/**
 * Proves that judging a body costs what the schema is large, not what a hostile caller sends: a schema
 * that tells of every one of half a million wrong elements takes seconds and answers with megabytes.
 * By counts of issues, for every field of every call and of every kind of action.
 */
import { describe, expect, it } from "vitest";
import * as z from "zod";

import { operationOf } from "../../src/api/shared/operation";
import { findBadValue } from "../../src/api/shared/request/plain-json";
import { app } from "../../src/app";
import { issuesOf, REPORT_INPUT } from "../../src/domain/issues-of";
import { listOf, recordOf } from "../../src/domain/list-of";
import { ExportRecord } from "../../src/domain/records/export-record";
import { ACTION_TYPES } from "../../src/domain/tool";
import { kindOf } from "../../src/engine/actions/index";
import { checkDefinition } from "../../src/engine/check-definition";
import { REQUEST, TOOL } from "../../src/limits";

const MANY = 300_000;
/** Of one field: lists and objects stop early, or are short. */
const MAX_FOUND = 1100;
const MAX_TOLD = 101;

const names = Array.from({ length: REQUEST.jsonMaxNames }, (_, index) => `k${index}`);
const HOSTILE: [string, unknown][] = [
  ["numbers", Array.from({ length: MANY }, () => 1)],
  ["empty objects", Array.from({ length: MANY }, () => ({}))],
  ["lists of lists", Array.from({ length: 500 }, () => Array.from({ length: 500 }, () => ({})))],
  ["an object of numbers", Object.fromEntries(names.map((name) => [name, 1]))],
  ["an object of lists", Object.fromEntries(names.map((name) => [name, [{}, {}, {}]]))],
];

interface Judged {
  name: string;
  schema: z.ZodObject;
}

/** What is around a schema's fields, if it has any: refinements and defaults. */
function objectOf(schema: z.ZodType): z.ZodObject | null {
  return schema instanceof z.ZodObject ? schema : null;
}

const bodies: Judged[] = app.routes.flatMap(({ handler }) => {
  const operation = operationOf(findTargetHandler(handler));
  return [operation?.body, operation?.query].flatMap((schema) => {
    const object = schema === undefined ? null : objectOf(schema);
    return operation === undefined || object === null
      ? []
      : [{ name: operation.id, schema: object }];
  });
});
const actions: Judged[] = ACTION_TYPES.flatMap((type) => {
  const { spec, config } = kindOf(type);
  return [
    { name: `${type}.spec`, schema: spec },
    { name: `${type}.config`, schema: config },
  ];
});

/** Counts what it is asked to judge. */
function counting() {
  let judged = 0;
  const element = z.string().refine((text) => {
    judged += 1;
    return text !== "no";
  });
  return { list: listOf(element, 1000), judged: () => judged };
}

/** Every schema inside, those of lists that stop early as well. */
function schemasIn(root: unknown, seen = new Set<unknown>()): z.ZodType[] {
  if (typeof root !== "object" || root === null || seen.has(root)) {
    return [];
  }
  seen.add(root);
  if (!(root instanceof z.ZodType)) {
    return Object.values(root).flatMap((value) => schemasIn(value, seen));
  }
  const { document } = z.globalRegistry.get(root) ?? {};
  return [root, ...schemasIn(root.def, seen), ...schemasIn(document, seen)];
}

describe("judging", () => {
  it("knows the calls and the kinds of actions", () => {
    expect(bodies.length).toBeGreaterThan(40);
    expect(actions).toHaveLength(2 * ACTION_TYPES.length);
  });

  it.each([...bodies, ...actions].map((judged) => [judged.name, judged.schema] as const))(
    "%s finds no more faults than it has rules",
    (_, schema) => {
      for (const field of Object.keys(schema.shape)) {
        for (const [what, value] of HOSTILE) {
          const { error } = schema.safeParse({ [field]: value }, REPORT_INPUT);
          const found = error?.issues ?? [];
          expect(found.length, `${field}: ${what}`).toBeLessThanOrEqual(MAX_FOUND);
          expect(issuesOf(found).length).toBeLessThanOrEqual(MAX_TOLD);
        }
      }
    },
  );

  it("says of every form what it is", () => {
    const unworded = [...bodies, ...actions, { name: "import", schema: ExportRecord }].flatMap(
      ({ name, schema }) =>
        schemasIn(schema)
          .flatMap((inner) => inner.def.checks ?? [])
          .map(({ _zod: { def } }) => def)
          .filter((def) => "pattern" in def && !("error" in def && def.error !== undefined))
          .map((def) => `${name}: ${"pattern" in def ? String(def.pattern) : ""}`),
    );
    expect(unworded).toEqual([]);
  });

  it("stops in lists inside lists", () => {
    const many = Array.from({ length: 80 }, () => 1);
    const table = { type: "table", name: "", columns: many, data: many };
    const message = { role: "user", content: "", parts: Array.from({ length: 64 }, () => table) };
    const messages = Array.from({ length: 100 }, () => message);
    for (const name of ["createThread", "chat.spec"]) {
      const judged = [...bodies, ...actions].find((candidate) => candidate.name === name);
      const { error } = judged?.schema.safeParse({ messages }, REPORT_INPUT) ?? {};
      expect(error?.issues.length).toBeGreaterThan(0);
      expect(error?.issues.length).toBeLessThanOrEqual(MAX_FOUND);
    }
  });

  it("tells of unknown fields a hundred times at most, and how many more there are", () => {
    const { error } = z
      .strictObject({})
      .safeParse(Object.fromEntries(names.map((name) => [name, 1])), REPORT_INPUT);
    const told = issuesOf(error?.issues ?? [], ["a"]);
    expect(told).toHaveLength(MAX_TOLD);
    expect(told[0]).toEqual({
      path: ["a", "k0"],
      message: "is not a known field",
      rule: { kind: "unknown" },
    });
    expect(told.at(-1)).toEqual({ path: ["a"], message: "breaks 9900 more rules" });
  });

  it("refuses an object of more names before any schema sees it", () => {
    const value = { a: Object.fromEntries(names.map((name) => [name, 1])) };
    expect(findBadValue(value)).toBeUndefined();
    expect(findBadValue({ a: { ...value.a, more: 1 } })).toEqual({
      path: ["a"],
      message: "must have at most 10000 fields",
    });
  });

  it("counts a definition's actions before it looks at them, nested ones too", () => {
    const nested = { actions: Array.from({ length: 60 }, () => ({ else: [{}, 1] })) };
    for (const given of [Array.from({ length: MANY }, () => ({})), [nested]]) {
      const checked = checkDefinition(given);
      expect(checked).toMatchObject({ ok: false, issues: { length: 1 } });
      expect(JSON.stringify(checked)).toContain(`at most ${TOOL.maxActions} actions`);
    }
  });
});

describe("listOf", () => {
  it("gives the elements as they are judged", () => {
    const list = listOf(z.string().transform(Number), 3);
    expect(list.parse(["1", "2", "3"])).toEqual([1, 2, 3]);
    expect(list.safeParse(["1", "2", "3", "4"]).success).toBe(false);
    expect(list.safeParse("1").success).toBe(false);
  });

  it("names each wrong element by its place", () => {
    const { list } = counting();
    const { error } = list.safeParse(["yes", "no", 1], REPORT_INPUT);
    expect(issuesOf(error?.issues ?? [], ["a"]).map(({ path }) => path)).toEqual([
      ["a", 1],
      ["a", 2],
    ]);
    expect(issuesOf(error?.issues ?? [])[1]?.message).toBe("must be a string, not a number");
  });

  it("stops at the twentieth wrong one", () => {
    const { list, judged } = counting();
    const { error } = list.safeParse(Array.from({ length: 1000 }, () => "no"));
    expect(error?.issues).toHaveLength(20);
    expect(judged()).toBe(20);
  });
});

describe("recordOf", () => {
  const judged: string[] = [];
  const record = recordOf(
    z.string().max(9),
    z.string().refine((text) => {
      judged.push(text);
      return text !== "no";
    }),
  );

  it("gives the pairs as they are, and names each wrong one by its place", () => {
    expect(record.parse({ a: "b" })).toEqual({ a: "b" });
    const { error } = record.safeParse({ a: "no", b: 1, aVeryLongName: "c" }, REPORT_INPUT);
    expect(issuesOf(error?.issues ?? [], ["x"]).map(({ path }) => path)).toEqual([
      ["x", "a"],
      ["x", "b"],
      ["x", "aVeryLongName"],
    ]);
    for (const none of [1, [], null, undefined]) {
      expect(record.safeParse(none).success).toBe(false);
    }
  });

  it("stops where twenty have been wrong", () => {
    judged.length = 0;
    const { error } = record.safeParse(Object.fromEntries(names.map((name) => [name, "no"])));
    expect(error?.issues).toHaveLength(20);
    expect(judged).toHaveLength(20);
  });
});
