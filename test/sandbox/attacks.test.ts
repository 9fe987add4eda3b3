/**
 * Code that wants to hang the Worker, eat its memory, leave the sandbox or see another call. Each
 * must end as an error of its own within its budget. Proves nothing about holes of V8 or QuickJS
 * that would let code write outside of its instance's memory.
 */
import { describe, it } from "vitest";

import { SANDBOX } from "../../src/limits";
import { failureOf, run } from "./support";

const NATIVE_FOREVER = "() => [].indexOf.call({ length: 2 ** 53 - 1 }, 1)";

describe("code that does not end", () => {
  it.for([
    ["a loop", "() => { for (;;); }"],
    ["a loop in what is compiled first", "for (;;); () => 1"],
    ["microtasks", "async () => { for (;;) await null }"],
    [
      "promises that make promises",
      "() => new Promise((r) => { (function f() { Promise.resolve().then(f) })() })",
    ],
    ["a regular expression", "() => /(a+)+$/.test('a'.repeat(64) + 'b')"],
    ["a native search", NATIVE_FOREVER],
    ["slow native calls", "() => { const a = new Array(1e6).fill(0); for (;;) a.indexOf(1) }"],
    ["native text searches", "() => { const s = 'x'.repeat(1e6); for (;;) s.indexOf('xxy') }"],
    ["memory copies", "() => { const a = new Uint8Array(8e6); for (;;) a.copyWithin(0, 1) }"],
    ["memory fills", "() => { const a = new Uint8Array(8e6); for (;;) a.fill(1) }"],
    ["a native sort", "() => { for (;;) Array.from({ length: 1e5 }, Math.random).sort() }"],
    ["big numbers", "() => { let a = 3n ** 100000n; for (;;) a * a }"],
    [
      "a native iteration",
      "() => new Set({ [Symbol.iterator]() { return { next: () => ({ done: false, value: 1 }) } } })",
    ],
    ["a getter of the output", "() => ({ get a() { for (;;); } })"],
    ["toJSON of the output", "() => ({ toJSON() { for (;;); } })"],
    ["a proxy as output", "() => new Proxy({}, { ownKeys() { for (;;); } })"],
    [
      "a proxy array as output",
      "() => new Proxy([], { get: (t, k) => k === 'length' ? 2 ** 53 - 1 : null })",
    ],
    ["a sparse array as output", "() => new Array(2 ** 32 - 1)"],
    [
      "a getter of what is thrown",
      "() => { throw Object.defineProperty(new Error(), 'message', { get() { for (;;); } }) }",
    ],
    ["a thenable", "() => ({ then() { for (;;); } })"],
    ["a finally that goes on", "() => { for (;;) { try { for (;;); } finally { continue } } }"],
    ["a console call", "() => { console.log({ toJSON() { for (;;); } }) }"],
  ])("is stopped: %s", async ([, source], { expect }) => {
    expect(await failureOf(run(source ?? "", {}, 50))).toMatchObject({
      code: "code_timeout",
      message: "The code was stopped: it had computed for its 50 ms.",
    });
  });

  it("lets others have their turn while it computes", async ({ expect }) => {
    const others = { turns: 0 };
    const ticking = setInterval(() => (others.turns += 1), 1);
    await failureOf(run(NATIVE_FOREVER, {}, 500));
    clearInterval(ticking);
    expect(others.turns).toBeGreaterThan(10);
  });
});

describe("code that wants memory", () => {
  it.for([
    ["1 GB at once", "() => new ArrayBuffer(1e9).byteLength"],
    [
      "1 GB in pieces",
      "() => { const a = []; for (let i = 0; i < 1000; i++) a.push(new Uint8Array(1e6)) }",
    ],
    ["objects", "() => { const a = []; for (;;) a.push({}) }"],
    ["texts", "() => { const a = []; for (let i = 0; ; i++) a.push('x'.repeat(1000) + i) }"],
    ["an array", "() => new Array(1e8).fill(0)"],
    ["promises", "async () => { const a = []; for (;;) a.push((async () => { await a })()) }"],
    ["closures", "() => { let f = () => 1; for (;;) { const g = f; f = () => g } }"],
  ])("does not get it: %s", async ([, source], { expect }) => {
    expect(await failureOf(run(source ?? "", {}, 2000))).toMatchObject({
      code: "code_out_of_memory",
      message: "The code needs more than its 32 MiB.",
    });
  });

  it("may catch the error of one request and go on", async ({ expect }) => {
    const source = "() => { try { return new ArrayBuffer(1e9) } catch (e) { return e.message } }";
    expect(await run(source)).toMatchObject({ value: "out of memory" });
  });

  it.for([
    ["10 MB of text", "() => 'x'.repeat(1e7)"],
    ["2 MB of text", "() => 'x'.repeat(2e6)"],
    ["many numbers", "() => Array.from({ length: 400000 }, (_, i) => i)"],
  ])("may not return %s", async ([, source], { expect }) => {
    expect(await failureOf(run(source ?? "", {}, 2000))).toMatchObject({
      code: "code_output_too_large",
    });
  });
});

describe("code that nests too deep", () => {
  it("may catch its own recursion", async ({ expect }) => {
    const source = `() => { let n = 0; const f = () => { n += 1; f() };
      try { f() } catch (e) { return [e.message, n > 1000] } }`;
    expect(await run(source)).toMatchObject({ value: ["stack overflow", true] });
  });

  it.for([
    ["calls", "() => { const f = () => f(); return f() }"],
    ["text conversions", "() => { const o = { toString() { return '' + this } }; return '' + o }"],
    ["proxies", "() => { const p = new Proxy({}, { get: (t, k, r) => r[k] }); return p.x }"],
    ["JSON to read", "() => JSON.parse('['.repeat(1e6))"],
    ["source to read", "() => eval('('.repeat(1e5))"],
    ["source itself", `${"(".repeat(1e5)}() => 1`],
    ["a regular expression", "() => new RegExp('(?:'.repeat(1e5))"],
    ["an output that nests anew", "() => { const f = () => ({ a: { toJSON: f } }); return f() }"],
    ["an output", "() => { let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; return o }"],
    ["a chain of promises", "async () => { const f = async () => f(); await f() }"],
  ])("ends as an error: %s", async ([, source], { expect }) => {
    expect(await failureOf(run(source ?? "", {}, 2000))).toMatchObject({
      code: "code_error",
      message: expect.stringMatching(/stack overflow|too many|too deep/),
    });
  });
});

describe("code that wants out", () => {
  it("finds the language and a console, and nothing of the platform", async ({ expect }) => {
    const source = `() => ["fetch", "caches", "crypto", "process", "require", "module", "WebAssembly", "Worker",
      "XMLHttpRequest", "setTimeout", "queueMicrotask", "navigator", "self", "os", "std", "print", "scriptArgs", "env"]
      .filter((name) => name in globalThis)`;
    expect(await run(source)).toMatchObject({ value: [] });
  });

  it.for([
    "(env) => env.constructor.constructor('return globalThis.process ?? typeof fetch')()",
    "() => console.log.constructor('return typeof fetch')()",
    "() => (async () => {}).constructor('return typeof fetch')()",
    "(env) => env.__proto__.constructor.constructor('return typeof fetch')()",
    "() => Function('return this')().fetch === undefined ? 'undefined' : 'found'",
  ])("reaches no host through a constructor: %s", async (source, { expect }) => {
    expect(await run(source, { a: {} })).toMatchObject({ value: "undefined" });
  });

  it.for(["std", "os", "node:fs", "./quickjs.wasm", "https://example.com/a.js"])(
    "imports no module: %s",
    async (name, { expect }) => {
      expect(await failureOf(run(`() => import(${JSON.stringify(name)})`))).toMatchObject({
        code: "code_error",
      });
    },
  );

  it("gets a copy of env and a key __proto__ as a key", async ({ expect }) => {
    const env: unknown = JSON.parse('{"__proto__":{"polluted":true},"list":[1]}');
    const source = `(env) => { const own = Object.hasOwn(env, "__proto__"); env.list.push(2); return [own, env.polluted ?? null, env] }`;
    const { value } = await run(source, env);
    expect(JSON.stringify(value)).toBe('[true,null,{"__proto__":{"polluted":true},"list":[1,2]}]');
    expect(JSON.stringify(env)).toBe('{"__proto__":{"polluted":true},"list":[1]}');
    expect(Object.prototype).not.toHaveProperty("polluted");
  });

  it("spoils its own answer alone when it tampers with what makes it", async ({ expect }) => {
    const source = `(env) => { JSON.stringify = null; String = null; Promise.prototype.then = null;
      Array.prototype.push = null; Function.prototype.call = null; console = null; return [env] }`;
    expect(await run(source, 1)).toEqual({ value: [1], logs: [] });
  });

  it.for([
    "() => { Array.prototype.toJSON = () => 'x'; console.log(1); return 5 }",
    "() => { Object.prototype.toJSON = () => ({ kind: 'value', value: 5, logs: 7, dropped: 'x' }); throw 1 }",
  ])("shapes no more than its own answer when it forges one: %s", async (source, { expect }) => {
    expect(await run(source)).toEqual({ value: 5, logs: [] });
  });

  it.for([
    "() => { Object.prototype.toJSON = () => 'x'.repeat(9e6); throw 1 }",
    "() => { Object.prototype.toJSON = () => ({ kind: 'other' }); throw 1 }",
    "() => { Object.prototype.toJSON = () => 5; throw 1 }",
    "() => { Object.prototype.toJSON = () => 5; return { a: 1 } }",
  ])("is told that its answer cannot be read: %s", async (source, { expect }) => {
    expect(await failureOf(run(source, {}, 2000))).toMatchObject({
      code: expect.stringMatching(/^code_(error|out_of_memory)$/),
    });
  });
});

describe("calls", () => {
  it("see nothing of each other", async ({ expect }) => {
    await run(`() => { globalThis.leak = 1; Object.prototype.leak = 1; Array.prototype.map = null;
      JSON.parse = () => "stolen"; console.log("secret") }`);
    expect(await run("(env) => [typeof leak, ({}).leak ?? null, env.map((x) => x)]", [1])).toEqual({
      value: ["undefined", null, [1]],
      logs: [],
    });
  });

  it("go on being answered after each kind of attack", async ({ expect }) => {
    const attacks = [
      NATIVE_FOREVER,
      "() => { const a = []; for (;;) a.push({}) }",
      "() => JSON.parse('['.repeat(1e6))",
    ];
    for (const attack of attacks) {
      await failureOf(run(attack, {}, 100));
      expect(await run("(env) => env.n", { n: 1 })).toEqual({ value: 1, logs: [] });
    }
  });

  it("wait for a slot beyond those that run, and all are answered in the end", async ({
    expect,
  }) => {
    const calls = Array.from({ length: 4 * SANDBOX.maxConcurrentCalls }, (_, n) =>
      n % 3 === 0 ? failureOf(run(NATIVE_FOREVER, {}, 20)) : run("(env) => env", n),
    );
    const outcomes = await Promise.all(calls);
    expect(outcomes.filter((outcome) => !(outcome instanceof Error))).toEqual(
      [1, 2, 4, 5, 7].map((value) => ({ value, logs: [] })),
    );
  });
});

describe("an env that no memory holds", () => {
  it("is refused before it is whole, and others get their turn meanwhile", async ({ expect }) => {
    const big = "x".repeat(1_000_000);
    let turns = 0;
    const clock = setInterval(() => (turns += 1), 0);
    const state = { A: Array.from({ length: 64 }, () => big) };
    const failure = await failureOf(run("({ state }) => 1", { state }));
    clearInterval(clock);
    expect(failure.code).toBe("code_out_of_memory");
    expect(failure.message).toContain("What the code is called with is larger");
    expect(turns).toBeGreaterThan(2);
  });

  it("comes as it is up to that", async ({ expect }) => {
    const env = { state: { A: [[{ b: 1 }, undefined], null], C: undefined }, map: null, ü: "ä" };
    expect((await run("(env) => env", env)).value).toEqual({
      state: { A: [[{ b: 1 }, null], null] },
      map: null,
      ü: "ä",
    });
  });
});
