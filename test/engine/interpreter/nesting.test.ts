/** Values enter a run no deeper than its records can hold, and without half a surrogate pair. */
import { describe, it } from "vitest";

import { MAX_VALUES } from "../../../src/domain/count-values";
import type { ActionDefinition } from "../../../src/domain/tool";
import { RUN } from "../../../src/limits";
import { cellOf, chatRun, HELLO, toldText, WEATHER } from "../../support/chat-run";
import { testWorld } from "../../support/ports";
import { action, code, definition, js, resultOf, run } from "../run";

/** `depth` arrays inside each other. */
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const nesting = (depth: number) =>
  `() => { let v = []; for (let i = 1; i < ${depth}; i += 1) v = [v]; return v; }`;

function worldWith(body: string) {
  const world = testWorld({
    fetch: async () => new Response(body, { headers: { "Content-Type": "application/json" } }),
  });
  const bytes = new TextEncoder().encode(body);
  world.files.set("f1", {
    view: { id: "f1", name: "rows.json", mimeType: "application/json", size: bytes.length },
    bytes,
  });
  return world;
}

const DATA = action("data", "DATA", { file_id: "f1" });
const CURL = action("curl", "CURL", { url: "https://api.example/x" });

describe("a value that nests deep", () => {
  const over = RUN.valueMaxNesting + 1;

  it.for<[string, ActionDefinition, string, string]>([
    ["a reply", CURL, nested(over), "response_too_deep"],
    ["a reply of any depth", CURL, nested(90_000), "response_too_deep"],
    ["a file's row", DATA, `[${nested(over)}]`, "output_too_deep"],
    ["what code returns", code("CODE", nesting(over)), "", "code_output_too_deep"],
    [
      "what a map walks",
      action("map", "MAP", { over: js(nesting(over)) }, { actions: [code("ONE", "() => 1")] }),
      "",
      "code_output_too_deep",
    ],
  ])("is refused at its action: %s", async ([, acting, body, failure], { expect }) => {
    const { error, traces } = await run(definition(acting), {}, worldWith(body));
    expect(error?.code).toBe(failure);
    expect(error?.message).toContain(`deeper than ${RUN.valueMaxNesting}`);
    expect(traces.at(-1)).toMatchObject({ name: acting.name });
  });

  it("is refused where a template makes it", async ({ expect }) => {
    const deepest = code("CODE", nesting(RUN.valueMaxNesting));
    const kept = await run(definition(deepest));
    expect(kept.error).toBeNull();
    const { error } = await run(
      definition(deepest, action("map", "MAP", { over: "{{ [CODE] }}" }, { actions: [CURL] })),
    );
    expect(error?.code).toBe("template_limit");
  });

  it("is told to the model where its arguments are", async ({ expect }) => {
    const deep = { name: "weather", arguments: `{"city":${nested(over)}}` };
    const { outcome, network } = chatRun({
      spec: { ...HELLO, functions: [WEATHER] },
      answers: [{ calls: [deep] }, { text: ["Sorry."] }],
    });
    expect((await cellOf(outcome)).value).toMatchObject({ message: { content: "Sorry." } });
    expect(JSON.stringify(network.requests[1]?.body)).toContain(
      "the arguments nest deeper than 256",
    );
  });

  it("is refused where a tool inside wraps it once more", async ({ expect }) => {
    const world = testWorld();
    const tool_id = "b".repeat(20);
    const inner = definition(code("CODE", nesting(RUN.valueMaxNesting)));
    world.tools.set(tool_id, {
      name: "inner",
      versions: [{ toolId: tool_id, version: 1, actions: inner, createdAtMs: 0 }],
    });
    const { error } = await run(definition(action("tool", "TOOL", { tool_id })), {}, world);
    expect(error?.code).toBe("output_too_deep");
  });
});

describe("half of a surrogate pair", () => {
  it("is not in what code returns", async ({ expect }) => {
    const actions = definition(code("CODE", "() => ({ ['k\\ud800']: 'a' + '😁'.slice(0, 1) })"));
    expect(await resultOf(actions)).toEqual({ "k\ufffd": "a\ufffd" });
  });

  it("is not in what a template makes", async ({ expect }) => {
    const texts = definition(
      code("CODE", "({ input }) => input.value.text"),
      action(
        "map",
        "MAP",
        { over: ["{{ CODE[:2] }}", "{{ CODE | truncate(2, true, '', 0) }}"] },
        {
          actions: [code("ONE", "({ state }) => state.MAP")],
        },
      ),
      code("ALL", "({ state }) => state.ONE"),
    );
    expect(await resultOf(texts, { inputs: [{ text: "a😁b" }] })).toEqual(["a😁", "a😁"]);
  });

  it("is in no token: the halves of a pair are told together", async ({ expect }) => {
    const { outcome, memory } = chatRun({
      stream: true,
      answers: [{ text: ["a\ud83d", "\ude01b", "\ud83d"] }],
    });
    await outcome;
    const pieces = memory.told.flatMap((event) =>
      event.type === "text-delta" ? [event.text] : [],
    );
    expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
    expect(toldText(memory)).toBe("a😁b\ufffd");
    expect((await cellOf(outcome)).value).toMatchObject({ message: { content: "a😁b\ufffd" } });
  });
});

/** JSON of `count` values, the list itself among them. */
const lists = (count: number) => `[${Array.from({ length: count - 1 }, () => "1").join(",")}]`;

describe("a value of very many values", () => {
  const over = RUN.outputMaxValues + 1;

  it.for<[string, ActionDefinition, string, string]>([
    ["a reply", CURL, lists(MAX_VALUES + 1), "response_too_many_values"],
    ["a reply of empty lists", CURL, `[${"[],".repeat(300_000)}1]`, "response_too_many_values"],
    ["what code returns", code("CODE", `() => Array(${over}).fill(1)`), "", "output_too_large"],
    ["a file's rows", DATA, `[${"[1,1,1],".repeat(70_000)}1]`, "output_too_large"],
  ])("is refused at its action: %s", async ([, acting, body, failure], { expect }) => {
    const { error } = await run(definition(acting), {}, worldWith(body));
    expect(error?.code).toBe(failure);
    expect(error?.message).toContain("values");
  });

  it("is taken where it is a text, or has just as many as it may", async ({ expect }) => {
    const kept = await run(definition(CURL), {}, worldWith(lists(MAX_VALUES)));
    expect(kept.error).toBeNull();
    const texts = await run(definition(CURL), {}, worldWith(JSON.stringify(lists(MAX_VALUES + 1))));
    expect(texts.error).toBeNull();
  });
});
