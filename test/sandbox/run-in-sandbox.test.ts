import { describe, it } from "vitest";

import { SANDBOX } from "../../src/limits";
import { runInSandbox } from "../../src/sandbox/run-in-sandbox";
import { OWNER, failureOf, run } from "./support";

describe("what the code may do", () => {
  it("gets the env and returns JSON", async ({ expect }) => {
    const source = "(env) => ({ sum: env.list.reduce((a, b) => a + b, 0), nested: [env.list] })";
    expect(await run(source, { list: [1, 2, 3] })).toEqual({
      value: { sum: 6, nested: [[1, 2, 3]] },
      logs: [],
    });
  });

  it.for([
    ["an async function", "async (env) => { await null; return env.n + 1 }"],
    ["a promise", "(env) => new Promise((resolve) => resolve(env.n + 1))"],
    ["a thenable", "(env) => ({ then(done) { done(env.n + 1) } })"],
    ["a function expression with a semicolon", "function (env) { return env.n + 1 };  "],
    ["an async function expression", "async function named(env) { return env.n + 1 }"],
    ["a comment at the end", "(env) => env.n + 1 // done"],
    ["a comment behind a semicolon", "function (env) { return env.n + 1 }; // done"],
    [
      "comments and semicolons",
      "async function (env) { return env.n + 1 } /* a */ ;; // b\n/* c */ ;",
    ],
    ["comments before it", "// one; (two\n/* three */ function add(env) { return env.n + 1 }"],
    [
      "a function that calls another below it",
      "function (env) { return add(env) }\nfunction add({ n }) { return n + 1 }",
    ],
    ["a script that ends in a function", "const one = 1; (env) => env.n + one;"],
    ["an assignment", "_fun = (env) => env.n + 1"],
  ])("takes %s", async ([, source], { expect }) => {
    expect(await run(source ?? "", { n: 1 })).toMatchObject({ value: 2 });
  });

  it("makes null of undefined", async ({ expect }) => {
    expect(await run("() => {}")).toEqual({ value: null, logs: [] });
  });

  it("keeps every character, lone surrogates and NUL included", async ({ expect }) => {
    const text = "每日推特 \u0000 🧵 \ud800 \u2028";
    expect(await run("(env) => env.text + env.text.length", { text })).toMatchObject({
      value: text + text.length,
    });
  });

  it("captures the console, one entry a call", async ({ expect }) => {
    const source = `(env) => { console.log("a", 1, { b: [2] }); console.error(undefined); console.warn(10n, Symbol("s")) }`;
    expect(await run(source)).toMatchObject({
      logs: ['a 1 {"b":[2]}', "undefined", "bigint Symbol(s)"],
    });
  });

  it("keeps a bounded number of bounded log lines", async ({ expect }) => {
    const { logs } = await run(
      `() => { for (let i = 0; i < 1000; i++) console.log("x".repeat(3000)) }`,
    );
    expect(logs).toHaveLength(SANDBOX.logMaxLines + 1);
    expect(logs[0]).toHaveLength(SANDBOX.logMaxLineChars);
    expect(logs.at(-1)).toBe("… 800 more were dropped");
  });

  it("takes an env of some megabytes", async ({ expect }) => {
    const texts = Array.from({ length: 4 }, () => "lorem ipsum ".repeat(87_000));
    expect(await run("(env) => env.map((t) => t.length)", texts)).toMatchObject({
      value: texts.map((text) => text.length),
    });
  });
});

describe("what the code is told when it is wrong", () => {
  it.for([
    ["(env) => {\n  retrn 5 6\n}", "expecting ';' (line 2, column 9)"],
    ["function (env) { return ] }", "unexpected token in expression: ']' (line 1, column 25)"],
    ["(env) => 1)", "(line 1, column 11)"],
  ])("names line and column of a syntax error in %j", async ([source, place], { expect }) => {
    expect(await failureOf(run(source ?? ""))).toMatchObject({
      code: "code_syntax_error",
      message: expect.stringContaining(place ?? ""),
    });
  });

  it.for(["", "5", '"(env) => 1"', "({})", "null", "class A {}; 1"])(
    "refuses %s, which is no function",
    async (source, { expect }) => {
      expect(await failureOf(run(source))).toMatchObject({ code: "code_not_a_function" });
    },
  );

  it("names message, line and column of what it throws", async ({ expect }) => {
    const source = "(env) => {\n  const deep = () => env.a.b;\n  return deep();\n}";
    expect(await failureOf(run(source))).toMatchObject({
      code: "code_error",
      message: expect.stringMatching(/TypeError: .*'b'.*\(line 2, column 27\)/),
    });
  });

  it.for([
    ["null", "null"],
    ["undefined", "undefined"],
    ['"text"', "text"],
    ["({ a: 1 })", '{"a":1}'],
    ["10n", "bigint"],
    [
      "Object.defineProperty(new Error(), 'message', { get() { throw 1 } })",
      "an error that cannot be read",
    ],
    ["Object.assign(new Error('x'), { get message() { return 1 } })", "Error: 1"],
  ])("reports a thrown %s", async ([thrown, message], { expect }) => {
    expect(await failureOf(run(`() => { throw ${thrown} }`))).toMatchObject({
      code: "code_error",
      message: expect.stringContaining(message ?? ""),
    });
  });

  it("keeps what was logged before", async ({ expect }) => {
    const source = "(env) => { console.log('so far', 1); return env.a.b }";
    expect(await failureOf(run(source))).toMatchObject({ meta: { logs: ["so far 1"] } });
  });

  it("says that a promise was never settled", async ({ expect }) => {
    expect(await failureOf(run("() => new Promise(() => {})"))).toMatchObject({
      code: "code_error",
      message: expect.stringContaining("promise"),
    });
  });

  it.for([
    "() => () => 1",
    "() => Symbol()",
    "() => 10n",
    "() => ({ get a() { throw new Error('no') } })",
  ])("refuses the output of %s", async (source, { expect }) => {
    expect(await failureOf(run(source))).toMatchObject({ code: "code_output_not_json" });
  });

  it("refuses an output that refers to itself", async ({ expect }) => {
    const failure = await failureOf(run("() => { const a = {}; a.a = a; return a }"));
    expect(failure).toMatchObject({
      code: "code_output_not_json",
      message: expect.stringContaining("circular"),
    });
  });
});

describe("the caller", () => {
  it("stops the code by its signal", async ({ expect }) => {
    const reason = new Error("the run was cancelled");
    const stopper = new AbortController();
    const call = runInSandbox({
      source: "() => { for (;;); }",
      env: {},
      budget: { timeoutMs: 10_000 },
      owner: OWNER,
      signal: stopper.signal,
    });
    setTimeout(() => stopper.abort(reason), 0);
    await expect(call).rejects.toBe(reason);
  });
});

it("tells an isolate without memory from code that calls itself too deep", async ({ expect }) => {
  const { Memory } = WebAssembly;
  // As V8 words it; an isolate that is brought to it in truth takes the test's process along.
  const refusal = new RangeError("WebAssembly.Memory(): could not allocate memory");
  WebAssembly.Memory = new Proxy(Memory, {
    construct() {
      throw refusal;
    },
  });
  try {
    const { code, message } = await failureOf(run("() => 1"));
    expect([code, message]).toEqual([
      "code_out_of_memory",
      "No memory was left for the code to run in.",
    ]);
  } finally {
    WebAssembly.Memory = Memory;
  }
  expect(await run("() => 1")).toMatchObject({ value: 1 });
});
