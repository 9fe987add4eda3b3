/** What a run tells of its models' replies, their calls and outputs. The model is `offline`. */
import { describe, it } from "vitest";

import type { RunEvent } from "../../../src/domain/run-event";
import type { ActionDefinition } from "../../../src/domain/tool";
import { executeRun } from "../../../src/engine/execute-run";
import { type TestWorld, testWorld } from "../../support/ports";
import { action, definition, plan, run } from "../run";

const TOOL_ID = "c".repeat(20);
const { signal } = new AbortController();

function chatting(offline: object, spec: object = {}, config: object = {}): ActionDefinition[] {
  return definition(
    action(
      "chat",
      "CHAT",
      { messages: [{ role: "user", content: "Hi" }], ...spec },
      { config: { provider_id: "offline", offline, ...config } },
    ),
  );
}

const LOCATE = { name: "locate", parameters: { type: "object" }, client: true };
const asking = chatting(
  { text: "Thanks.", function_call: { name: "locate" } },
  { functions: [LOCATE] },
);

/** Of each event what is said of replies and calls; the call of an id by its letter. */
function story(told: readonly RunEvent[]): string[] {
  const letters = new Map<string, string>();
  const letter = (callId: string): string => {
    letters.set(callId, letters.get(callId) ?? "abcdef".charAt(letters.size));
    return letters.get(callId) ?? "";
  };
  return told.flatMap((event): string[] => {
    if (event.type === "reply-start") {
      return [`start ${event.n}.${event.attempt}`];
    }
    if (event.type === "reply-end") {
      const calls = event.calls.map(({ callId, name, by }) => `${letter(callId)}=${name}:${by}`);
      return [`end ${event.n} ${event.finishReason} "${event.text}" ${calls.join()}`.trim()];
    }
    if (event.type === "function-call-start") {
      return [`call ${event.index} ${letter(event.callId)}=${event.name}:${event.by}`];
    }
    if (event.type === "function-call-output") {
      return [`output ${letter(event.callId)} ${event.output}${event.isError ? " (error)" : ""}`];
    }
    return event.type === "action-reset" ? ["reset"] : [];
  });
}

async function suspend(actions: ActionDefinition[], world: TestWorld): Promise<string> {
  const outcome = await executeRun(plan(actions, { stream: true }), world.ports, signal);
  const [call] = outcome.kind === "suspended" ? outcome.calls : [];
  if (call === undefined) {
    throw new Error(`The run is ${outcome.kind}.`);
  }
  return call.callId;
}

describe("a reply", () => {
  it.for([true, false])(
    "is told with its text, its usage and its end, listened to or not: %o",
    async (stream, { expect }) => {
      const world = testWorld();
      const { usage } = await run(chatting({ text: "one two" }), { stream }, world);
      expect(story(world.memory.told)).toEqual(["start 1.1", 'end 1 stop "one two"']);
      expect(world.memory.told).toContainEqual(
        expect.objectContaining({ type: "reply-end", usage, messageId: null, error: null }),
      );
    },
  );

  it("is told as cut off at its greatest length, or as failed", async ({ expect }) => {
    const short = testWorld();
    await run(chatting({ text: "one two" }, {}, { max_tokens: 1 }), {}, short);
    expect(story(short.memory.told)).toEqual(["start 1.1", 'end 1 length "one"']);
    const failing = testWorld();
    const { error } = await run(chatting({ error: { status: 400 } }), {}, failing);
    expect(story(failing.memory.told)).toEqual(["start 1.1", 'end 1 error ""']);
    expect(failing.memory.told).toContainEqual(
      expect.objectContaining({
        error: { code: error?.code, message: expect.stringContaining("This error was asked for.") },
      }),
    );
  });

  it("tells what the model thinks before what it says", async ({ expect }) => {
    const world = testWorld();
    const actions = chatting({ text: "one", reasoning: "Hm." });
    await run(actions, { stream: true }, world);
    const pieces = world.memory.told.flatMap((event) =>
      event.type === "text-delta" || event.type === "reasoning-delta"
        ? [`${event.type} ${event.text}`]
        : [],
    );
    expect(pieces).toEqual(["reasoning-delta Hm.", "text-delta one"]);
    expect(world.memory.told).toContainEqual(
      expect.objectContaining({ type: "reply-end", reasoning: "Hm." }),
    );
  });
});

describe("the calls of a reply", () => {
  it("are told by their ids with what the tools gave", async ({ expect }) => {
    const world = testWorld();
    world.tools.set(TOOL_ID, {
      name: "look_up",
      versions: [
        {
          toolId: TOOL_ID,
          version: 1,
          actions: definition(action("code", "WORK", { code: "() => 'found'" })),
          createdAtMs: 0,
        },
      ],
    });
    const actions = chatting(
      { text: "Done.", function_call: [{ name: "look_up" }, { name: "lookup" }] },
      { tools: [{ tool_id: TOOL_ID }] },
    );
    await run(actions, { stream: true }, world);
    expect(story(world.memory.told)).toEqual([
      "start 1.1",
      "call 0 a=look_up:tool",
      "call 1 b=lookup:tool",
      'end 1 tool-calls "" a=look_up:tool,b=lookup:tool',
      expect.stringMatching(/^output b Error: there is no such function.*\(error\)$/),
      "output a found",
      "start 2.1",
      'end 2 stop "Done."',
    ]);
  });

  it("are told once around a wait for the client, and then what it gave", async ({ expect }) => {
    const world = testWorld();
    const callId = await suspend(asking, world);
    expect(story(world.memory.told)).toEqual([
      "start 1.1",
      "call 0 a=locate:client",
      'end 1 tool-calls "" a=locate:client',
    ]);
    world.memory.told.length = 0;
    world.memory.outputs.set(callId, "Paris");
    await run(asking, { stream: true }, world);
    expect(story(world.memory.told)).toEqual([
      "output a Paris",
      "start 2.1",
      'end 2 stop "Thanks."',
    ]);
  });

  it("are told anew under the same ids after an attempt that was cut off", async ({ expect }) => {
    const world = testWorld();
    world.memory.outputs.set(await suspend(asking, world), "Paris");
    // The object dies once the second reply has begun.
    const dying = { ...world.ports };
    dying.emit = (event, dedupeKey) => {
      if (story(world.memory.told).includes("start 2.1")) {
        throw new Error("The object died.");
      }
      world.ports.emit(event, dedupeKey);
    };
    dying.steps = {
      ...dying.steps,
      complete: () => {
        throw new Error("The object is dead.");
      },
    };
    await executeRun(plan(asking, { stream: true }), dying, signal).catch(() => undefined);
    world.memory.told.length = 0;
    await run(asking, { stream: true }, world);
    expect(story(world.memory.told)).toEqual([
      "reset",
      "start 1.2",
      "call 0 a=locate:client",
      'end 1 tool-calls "" a=locate:client',
      "output a Paris",
      "start 2.2",
      'end 2 stop "Thanks."',
    ]);
  });
});
