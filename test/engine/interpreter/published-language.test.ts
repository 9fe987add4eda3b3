/**
 * What tools written for the language that this one comes from rely on: `env`, blocks and what they
 * leave, curl's and browser's outputs, failing actions, the cache.
 */
import { describe, it } from "vitest";

import { testWorld } from "../../support/ports";
import { action, code, definition, js, resultOf, run, traceLines } from "../run";

describe("env", () => {
  it("has state, input, map, config.blocks and thread, with these fields alone", async ({
    expect,
  }) => {
    const world = testWorld();
    world.threads.set("t-1", { view: { id: "t-1", metadata: { who: "ann" } }, messages: [] });
    const actions = definition(
      code("FIRST", "() => 1"),
      action("code", "ENV", { code: "(env) => env" }, { config: { timeout_ms: 500 } }),
    );
    const given = {
      inputs: [{ q: "a" }],
      threadIds: ["t-1"],
      config: { ENV: { timeout_ms: 900 } },
    };
    expect(await resultOf(actions, given, world)).toEqual({
      state: { INPUT: { q: "a" }, FIRST: 1 },
      input: { value: { q: "a" }, index: 0 },
      map: null,
      config: {
        blocks: {
          FIRST: { timeout_ms: 1000, use_cache: false },
          ENV: { timeout_ms: 900, use_cache: false },
        },
      },
      thread: { id: "t-1", metadata: { who: "ann" } },
    });
  });

  it("counts the rows in input.index and has no thread where there is none", async ({ expect }) => {
    const actions = definition(code("ENV", "({ input, thread }) => [input.index, thread]"));
    const { results } = await run(actions, { inputs: [{}, {}, {}] });
    expect(results?.map(([cell]) => cell?.value)).toEqual([
      [0, null],
      [1, null],
      [2, null],
    ]);
  });
});

describe("a block", () => {
  it("counts a loop as published examples do, by env.map.iteration", async ({ expect }) => {
    const actions = definition(
      action(
        "loop",
        "LOOP",
        { condition: js("(env) => { return env.map.iteration < 3; }") },
        { actions: [code("STEP", "(env) => env.map.iteration * 2")] },
      ),
      code("ALL", "(env) => env.state.STEP"),
    );
    expect(await resultOf(actions)).toEqual([0, 2, 4]);
  });

  it("shows inside what its iteration made, and leaves arrays, empty where nothing ran", async ({
    expect,
  }) => {
    const actions = definition(
      action(
        "map",
        "EACH",
        { over: [1, 2, 3] },
        {
          actions: [
            code("ITEM", "({ state, map }) => [state.EACH, map.name, map.iteration]"),
            code("SAME", "({ state }) => state.ITEM[0]"),
          ],
        },
      ),
      action("if", "NEVER", { condition: false }, { actions: [code("UNRUN", "() => 1")] }),
      action("if", "ONCE", { condition: true }, { actions: [code("RUN", "() => 1")] }),
      code("ALL", "({ state: s }) => [s.EACH, s.ITEM, s.SAME, s.NEVER, s.UNRUN, s.ONCE, s.RUN]"),
    );
    expect(await resultOf(actions)).toEqual([
      [1, 2, 3],
      [
        [1, "EACH", 0],
        [2, "EACH", 1],
        [3, "EACH", 2],
      ],
      [1, 2, 3],
      false,
      [],
      true,
      [1],
    ]);
  });
});

describe("a failing action", () => {
  it("holds its error in its cell, and those behind it never start", async ({ expect }) => {
    const outcome = await run(
      definition(
        code("FINE", "() => 1"),
        code("BAD", "() => { throw new Error('no'); }"),
        code("NEXT", "() => 2"),
      ),
    );
    expect(outcome.status).toBe("failed");
    expect(traceLines(outcome)).toEqual(["INPUT [{}]", "FINE [1]", "BAD [!code_error]"]);
    expect(outcome.traces[2]?.cells[0]?.[0]).toMatchObject({
      value: null,
      error: expect.stringContaining("no"),
    });
  });
});

const URL_ASKED = "https://a.example/x";

const answering = (body: string, type: string, status = 200) => {
  let requests = 0;
  const world = testWorld({
    fetch: async () => {
      requests += 1;
      return new Response(body, { status, headers: { "Content-Type": type } });
    },
  });
  return { world, count: () => requests };
};

const asking = (url: string) =>
  definition(action("curl", "CALL", { url }, { config: { use_cache: true } }));

describe("curl and browser", () => {
  it("give status, headers and a JSON body as its value", async ({ expect }) => {
    const { world } = answering('{"a":[1]}', "application/json; charset=utf-8");
    const actions = definition(action("curl", "CALL", { method: "GET", url: URL_ASKED }));
    expect(await resultOf(actions, {}, world)).toEqual({
      status: 200,
      headers: { "content-type": "application/json; charset=utf-8" },
      body: { a: [1] },
    });
  });

  it("give the text of what selectors find, and how the page answered", async ({ expect }) => {
    const { world } = answering("<p>One</p><p>Two</p>", "text/html");
    const actions = definition(action("browser", "PAGE", { url: URL_ASKED, selector: "p" }));
    expect(await resultOf(actions, {}, world)).toEqual({
      data: [{ selector: "p", results: ["One", "Two"] }],
      response: { code: 200, status: "ok", url: URL_ASKED },
    });
  });

  it("are cached by the whole request where use_cache says so, failures never", async ({
    expect,
  }) => {
    const fine = answering("x", "text/plain");
    for (const url of [URL_ASKED, URL_ASKED, `${URL_ASKED}?b`]) {
      fine.world.memory.cells.clear();
      await run(asking(url), {}, fine.world);
    }
    expect(fine.count()).toBe(2);
    const failing = answering("x", "text/plain", 500);
    for (let time = 0; time < 2; time += 1) {
      failing.world.memory.cells.clear();
      await run(asking(URL_ASKED), {}, failing.world);
    }
    expect(failing.count()).toBe(2);
  });
});
