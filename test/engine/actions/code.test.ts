import { describe, it } from "vitest";

import { testWorld } from "../../support/ports";
import { action, code, definition, resultOf, run } from "../run";

describe("code", () => {
  it("is called with the state, the input, the config and the thread", async ({ expect }) => {
    const world = testWorld();
    world.threads.set("thread-1", { view: { id: "thread-1", metadata: null }, messages: [] });
    const actions = definition(code("CODE", "(env) => env"));
    const given = { inputs: [{ a: 1 }], threadIds: ["thread-1"] };
    expect(await resultOf(actions, given, world)).toEqual({
      state: { INPUT: { a: 1 } },
      input: { value: { a: 1 }, index: 0 },
      map: null,
      config: { blocks: { CODE: { timeout_ms: 1000, use_cache: false } } },
      thread: { id: "thread-1", metadata: {} },
    });
  });

  it("knows of no thread where the run has none", async ({ expect }) => {
    expect(await resultOf(definition(code("CODE", "(env) => env.thread")))).toBeNull();
  });

  it("is taken as it stands, braces and all", async ({ expect }) => {
    const source = "() => { const a = {b: {c: '{{ INPUT.x }} {% if %} {# #}'}}; return a.b.c; }";
    expect(await resultOf(definition(code("CODE", source)))).toEqual({
      role: "assistant",
      content: "{{ INPUT.x }} {% if %} {# #}",
    });
  });

  it("leaves what it logs beside its value", async ({ expect }) => {
    const outcome = await run(definition(code("CODE", "() => { console.log('a', 1); return 2; }")));
    expect(outcome.traces[1]?.cells).toEqual([
      [{ value: 2, error: null, meta: { durationMs: 0, startedAtMs: 0, logs: ["a 1"] } }],
    ]);
  });

  it("changes nothing for the actions after it", async ({ expect }) => {
    const actions = definition(
      code("FIRST", "({ state }) => { state.INPUT.a = 2; return 0; }"),
      code("SECOND", "({ state }) => state.INPUT.a"),
    );
    expect(await resultOf(actions, { inputs: [{ a: 1 }] })).toBe(1);
  });

  it.for([
    { source: "() => {", failure: "code_syntax_error" },
    { source: "42", failure: "code_not_a_function" },
    { source: "() => nothing", failure: "code_error" },
    { source: "() => { for (;;); }", failure: "code_timeout" },
  ])("fails with $failure on $source", async ({ source, failure }, { expect }) => {
    const spec = { config: { timeout_ms: 20 } };
    const outcome = await run(definition(action("code", "CODE", { code: source }, spec)));
    expect(outcome.error?.code).toBe(failure);
  });
});

describe("use_cache", () => {
  const random = definition(
    action("code", "CODE", { code: "() => Math.random()" }, { config: { use_cache: true } }),
  );

  it("gives the outcome of an equal call, and says so", async ({ expect }) => {
    const world = testWorld();
    const first = await run(random, {}, world);
    const second = await run(random, {}, testWorld({ cache: world.ports.cache }));
    expect(second.results?.[0]?.[0]?.value).toBe(first.results?.[0]?.[0]?.value);
    expect(second.traces[1]?.cells[0]?.[0]?.meta.cached).toBe(true);
  });

  it("tells calls apart by all that they are called with", async ({ expect }) => {
    const world = testWorld();
    const first = await resultOf(random, { inputs: [{ a: 1 }] }, world);
    const other = testWorld({ cache: world.ports.cache });
    expect(await resultOf(random, { inputs: [{ a: 2 }] }, other)).not.toBe(first);
  });

  it("keeps no failure", async ({ expect }) => {
    const world = testWorld();
    const failing = definition(
      action("code", "CODE", { code: "() => nothing" }, { config: { use_cache: true } }),
    );
    await run(failing, {}, world);
    expect(world.cache.size).toBe(0);
  });

  it("is off unless the config says so", async ({ expect }) => {
    const world = testWorld();
    await run(definition(code("CODE", "() => 1")), {}, world);
    expect(world.cache.size).toBe(0);
  });
});
