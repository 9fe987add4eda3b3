/**
 * What a streaming action tells as it comes, what a later attempt withdraws and tells anew, and how a
 * run waits for its client. The model is the `offline` provider.
 */
import { describe, it } from "vitest";

import type { RunEvent } from "../../../src/domain/run-event";
import type { ActionDefinition } from "../../../src/domain/tool";
import { executeRun } from "../../../src/engine/execute-run";
import { RUN } from "../../../src/limits";
import { type RunMemory, testWorld } from "../../support/ports";
import { action, definition, plan, run, traceLines } from "../run";
import { mortalPorts } from "./mortal-ports";

const { signal } = new AbortController();
const messages = [{ role: "user", content: "Hi" }];

function chatting(
  offline: Record<string, unknown>,
  changes: { spec?: object; config?: object } = {},
): ActionDefinition[] {
  const spec = { messages, ...changes.spec };
  const config = { provider_id: "offline", offline, ...changes.config };
  return definition(action("chat", "CHAT", spec, { config }));
}

/** What a reader has on the screen: text told and not withdrawn. */
function screen(told: readonly RunEvent[]): string {
  let text = "";
  for (const event of told) {
    if (event.type === "text-delta") {
      text += event.text;
    } else if (event.type === "action-reset") {
      text = "";
    }
  }
  return text;
}

function textOf(world: { memory: RunMemory }): string {
  return screen(world.memory.told);
}

describe("a streaming action", () => {
  it.for([
    { stream: false, use_stream: undefined, tells: false },
    { stream: true, use_stream: undefined, tells: true },
    { stream: false, use_stream: true, tells: true },
    { stream: true, use_stream: false, tells: false },
  ])(
    "tells its text as run and config wish: %o",
    async ({ stream, use_stream, tells }, { expect }) => {
      const world = testWorld();
      const actions = chatting(
        { text: "one two" },
        { config: use_stream === undefined ? {} : { use_stream } },
      );
      await run(actions, { stream }, world);
      expect(textOf(world)).toBe(tells ? "one two" : "");
    },
  );

  it("names the place of what it tells", async ({ expect }) => {
    const world = testWorld();
    const actions = definition(
      action("map", "MAP", { over: [1, 2] }, { actions: chatting({ text: "word" }).slice(1, 2) }),
    );
    await run(actions, { stream: true, inputs: [{}, {}] }, world);
    const places = world.memory.told.flatMap((event) =>
      event.type === "text-delta" ? [[event.place.row, event.place.map]] : [],
    );
    expect(places).toHaveLength(4);
    expect(places).toContainEqual([1, { name: "MAP", iteration: 1 }]);
  });

  it("is told anew where its object died in mid-sentence", async ({ expect }) => {
    const world = testWorld();
    const actions = chatting({ text: "one two three" });
    const told = (text: string) =>
      world.memory.told.some((event) => event.type === "text-delta" && event.text.includes(text));
    const dying = mortalPorts(world.ports, Infinity, "after");
    dying.emit = (event, dedupeKey) => {
      if (told("two")) {
        throw new Error("The object died.");
      }
      world.ports.emit(event, dedupeKey);
    };
    // The dead object's failure is its own: what it writes of it goes nowhere.
    dying.steps.complete = (key, cell) => {
      if (cell.error === null) {
        world.ports.steps.complete(key, cell);
      } else {
        throw new Error("The object is dead.");
      }
    };
    await executeRun(plan(actions, { stream: true }), dying, signal).catch(() => undefined);
    expect(textOf(world)).toBe("one two");
    const outcome = await run(actions, { stream: true }, world);
    expect(outcome.answers[0]?.content).toBe("one two three");
    expect(textOf(world)).toBe("one two three");
    expect(world.memory.toldTypes().filter((type) => type === "action-reset")).toHaveLength(1);
  });
});

function asking(rounds: number): ActionDefinition[] {
  return chatting(
    { text: "Thanks.", function_call: { name: "locate" }, call_rounds: rounds },
    {
      spec: {
        functions: [{ name: "locate", parameters: { type: "object" }, client: true }],
      },
      config: { max_steps: rounds + 1 },
    },
  );
}

async function suspend(actions: ActionDefinition[], world: ReturnType<typeof testWorld>) {
  const outcome = await executeRun(plan(actions, { stream: true }), world.ports, signal);
  if (outcome.kind !== "suspended") {
    throw new Error(`The run is ${outcome.kind}.`);
  }
  return outcome.calls;
}

describe("a call for the client", () => {
  it("suspends the run until the client has answered, and then goes on", async ({ expect }) => {
    const world = testWorld();
    const calls = await suspend(asking(1), world);
    expect(calls).toEqual([
      { callId: expect.any(String), actionName: "CHAT", row: 0, name: "locate", arguments: "{}" },
    ]);
    expect(world.memory.toldTypes().at(-1)).not.toBe("action-end CHAT");
    world.memory.outputs.set(calls[0]?.callId ?? "", "Paris");
    const outcome = await run(asking(1), { stream: true }, world);
    expect(outcome.answers[0]?.content).toBe("Thanks.");
    expect(textOf(world)).toBe("Thanks.");
  });

  it("may be waited for more often than an action may be cut off", async ({ expect }) => {
    const world = testWorld();
    const rounds = RUN.maxAttempts + 2;
    for (let round = 1; round <= rounds; round += 1) {
      const [call, ...others] = await suspend(asking(rounds), world);
      expect(others).toEqual([]);
      world.memory.outputs.set(call?.callId ?? "", "Paris");
    }
    const outcome = await run(asking(rounds), { stream: true }, world);
    expect(outcome.status).toBe("succeeded");
    expect(world.memory.toldTypes()).not.toContain("action-reset");
  });

  it("of a tool inside a tool is asked of the client, and the tool goes on", async ({ expect }) => {
    const toolId = "b".repeat(20);
    const inner = asking(1);
    const world = testWorld();
    world.tools.set(toolId, {
      name: "inner",
      versions: [{ toolId, version: 1, actions: inner, createdAtMs: 0 }],
    });
    const outer = definition(action("tool", "CALL", { tool_id: toolId }));
    const [call] = await suspend(outer, world);
    expect(call).toMatchObject({ actionName: "CALL/CHAT", row: 0 });
    world.memory.outputs.set(call?.callId ?? "", "Paris");
    const outcome = await run(outer, {}, world);
    expect(JSON.stringify(outcome.results)).toContain("Thanks.");
  });

  it("waits for the calls of all rows at once", async ({ expect }) => {
    const world = testWorld();
    const given = plan(asking(1), { inputs: [{}, {}] });
    const outcome = await executeRun(given, world.ports, signal);
    expect(outcome).toMatchObject({ kind: "suspended", calls: [{ row: 0 }, { row: 1 }] });
  });

  it("is dropped where another row's failure ends the run", async ({ expect }) => {
    const world = testWorld();
    const actions = asking(1).map((one) =>
      one.name === "CHAT"
        ? { ...one, spec: { ...one.spec, messages: "{{ INPUT.messages }}" } }
        : one,
    );
    const outcome = await run(actions, { inputs: [{ messages }, { messages: "none" }] }, world);
    expect(outcome.error?.code).toBe("invalid_spec");
    expect(traceLines(outcome).at(-1)).toBe("CHAT [-] [!invalid_spec]");
  });
});

describe("a call of another tool by the model", () => {
  it("is run inside the action, once, whatever happens after it", async ({ expect }) => {
    const toolId = "c".repeat(20);
    const world = testWorld();
    world.tools.set(toolId, {
      name: "look_up",
      versions: [
        {
          toolId,
          version: 1,
          actions: definition(action("code", "WORK", { code: "() => 'found it'" })),
          createdAtMs: 0,
        },
      ],
    });
    const actions = chatting(
      { function_call: { name: "look_up" } },
      { spec: { tools: [{ tool_id: toolId, parameters: { type: "object" } }] } },
    );
    const outcome = await run(actions, {}, world);
    expect(outcome.answers[0]?.content).toContain("look_up answered: found it");
    expect(outcome.usage.outputTokens).toBeGreaterThan(0);
    const work = [...world.memory.attempts].filter(([key]) => key.includes("/WORK:"));
    expect(work).toEqual([[expect.any(String), 1]]);
  });
});
