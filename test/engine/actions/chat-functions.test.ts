/** What a chat action does with calls: the tool's maker's, the client's, and of tools of the project. */
import { describe, it } from "vitest";

import type { ActionDefinition } from "../../../src/domain/tool";
import {
  chatRun,
  cellOf,
  COMPATIBLE,
  HELLO,
  toldText,
  toolOf,
  WEATHER,
  dyingAt,
} from "../../support/chat-run";
import { RunMemory, testWorld } from "../../support/ports";

const callWeather = (city: string) => ({ name: "weather", arguments: JSON.stringify({ city }) });
const TWO_CALLS = { calls: [callWeather("Rome"), callWeather("Oslo")] };

describe("chat: functions of the tool's maker", () => {
  it("hands the call over with what the model said before it", async ({ expect }) => {
    const { outcome, network } = chatRun({
      spec: { ...HELLO, functions: [WEATHER] },
      answers: [{ text: ["One", " moment."], calls: [callWeather("Rome")] }],
    });
    expect((await cellOf(outcome)).value).toEqual({
      message: {
        role: "assistant",
        content: "One moment.",
        function_call: { name: "weather", arguments: '{"city":"Rome"}' },
      },
    });
    expect(network.requests[0]?.body).toMatchObject({
      tools: [{ function: WEATHER }],
      tool_choice: "auto",
      parallel_tool_calls: false,
    });
  });

  it("takes and tells the first of several calls where parallel ones are off", async ({
    expect,
  }) => {
    const { outcome, memory, network } = chatRun({
      stream: true,
      spec: { ...HELLO, functions: [{ ...WEATHER, client: true }] },
      config: { ...COMPATIBLE, parallel_calls: false },
      answers: [TWO_CALLS],
    });
    const ended = await outcome;
    expect(ended).toMatchObject({ kind: "suspended", calls: [{ arguments: '{"city":"Rome"}' }] });
    expect(ended.kind === "suspended" && ended.calls).toHaveLength(1);
    expect(memory.told.filter(({ type }) => type === "function-call-start")).toHaveLength(1);
    expect(network.requests[0]?.body).toMatchObject({ parallel_tool_calls: false });
  });

  it("tells the call as it comes", async ({ expect }) => {
    const { outcome, memory } = chatRun({
      stream: true,
      spec: { ...HELLO, functions: [WEATHER] },
      answers: [{ calls: [callWeather("Rome")] }],
    });
    await outcome;
    const told = memory.told.flatMap((event) => {
      if (event.type === "function-call-start") {
        return [`${event.name}(`];
      }
      return event.type === "function-call-delta" ? [event.text] : [];
    });
    expect(told.join("")).toBe('weather({"city":"Rome"}');
  });

  it.for([
    [{ name: "weather", arguments: '{"city":' }, "the arguments are no JSON object"],
    [{ name: "weather", arguments: '{"city":7}' }, "city must be a string, not a number"],
    [{ name: "wether", arguments: "{}" }, "there is no such function; there is weather"],
  ] as const)(
    "tells the model what is wrong with %o, and takes its next try",
    async ([call, problem], { expect }) => {
      const { outcome, network } = chatRun({
        spec: { ...HELLO, functions: [WEATHER] },
        answers: [{ calls: [call] }, { calls: [callWeather("Rome")] }],
      });
      expect((await cellOf(outcome)).value).toMatchObject({
        message: { function_call: { arguments: '{"city":"Rome"}' } },
      });
      expect(network.requests[1]?.body["messages"]).toMatchObject([
        { role: "user" },
        { role: "assistant", tool_calls: [{ function: { name: call.name } }] },
        { role: "tool", content: `Error: ${problem}.` },
      ]);
    },
  );

  it("ends where the model goes on with nonsense, and counts what that cost", async ({
    expect,
  }) => {
    const { outcome } = chatRun({
      spec: { ...HELLO, functions: [WEATHER] },
      config: { ...COMPATIBLE, max_steps: 2 },
      answers: [
        { calls: [{ name: "weather", arguments: "{" }] },
        { calls: [{ name: "weather", arguments: "{" }] },
      ],
    });
    const { errorCode, error, meta } = await cellOf(outcome);
    expect(errorCode).toBe("bad_function_call");
    expect(error).toContain("After 2 replies");
    expect(meta.usage?.inputTokens).toBe(14);
  });

  it("forces a call once", async ({ expect }) => {
    const { outcome, network } = chatRun({
      spec: { ...HELLO, functions: [WEATHER] },
      config: { ...COMPATIBLE, function_call: { name: "weather" } },
      answers: [{ calls: [{ name: "weather", arguments: "{" }] }, { text: ["Sorry."] }],
    });
    await outcome;
    expect(network.requests.map(({ body }) => body["tool_choice"])).toEqual([
      { type: "function", function: { name: "weather" } },
      "auto",
    ]);
  });
});

describe("chat: functions of the client", () => {
  const spec = { ...HELLO, functions: [{ ...WEATHER, client: true }] };

  it("waits for all outputs, and goes on with them without asking twice", async ({ expect }) => {
    const memory = new RunMemory();
    const first = chatRun({ spec, memory, answers: [TWO_CALLS] });
    const waiting = await first.outcome;
    if (waiting.kind !== "suspended") {
      throw new Error(`The run is ${waiting.kind}.`);
    }
    expect(waiting.calls).toMatchObject([
      { actionName: "ASK", row: 0, name: "weather", arguments: '{"city":"Rome"}' },
      { actionName: "ASK", row: 0, name: "weather", arguments: '{"city":"Oslo"}' },
    ]);
    const [rome, oslo] = waiting.calls;

    memory.outputs.set(oslo?.callId ?? "", "snow");
    const second = chatRun({ spec, memory, answers: [] });
    expect(await second.outcome).toMatchObject({ kind: "suspended" });
    expect(second.network.requests).toHaveLength(0);

    memory.outputs.set(rome?.callId ?? "", "sun");
    const third = chatRun({ spec, memory, answers: [{ text: ["Sun", " and snow."] }] });
    expect((await cellOf(third.outcome)).value).toEqual({
      message: { role: "assistant", content: "Sun and snow." },
    });
    expect(third.network.requests).toHaveLength(1);
    expect(third.network.requests[0]?.body["messages"]).toMatchObject([
      { role: "user" },
      { role: "assistant", tool_calls: [{ id: rome?.callId }, { id: oslo?.callId }] },
      { role: "tool", tool_call_id: rome?.callId, content: "sun" },
      { role: "tool", tool_call_id: oslo?.callId, content: "snow" },
    ]);
    expect((await third.outcome).usage.inputTokens).toBe(14);
  });

  it("tells nothing twice that was told before the wait", async ({ expect }) => {
    const memory = new RunMemory();
    const [first, second] = [
      { text: ["Let me", " see."], calls: [callWeather("Rome")] },
      { text: ["Sunny."] },
    ];
    const waiting = await chatRun({ spec, memory, stream: true, answers: [first] }).outcome;
    const callId = waiting.kind === "suspended" ? waiting.calls[0]?.callId : undefined;
    memory.outputs.set(callId ?? "", "sun");
    const { outcome } = chatRun({ spec, memory, stream: true, answers: [second] });
    const { value } = await cellOf(outcome);
    expect(toldText(memory)).toBe("Let me see.\n\nSunny.");
    expect(value).toMatchObject({ message: { content: toldText(memory) } });
  });
});

describe("chat: a life after a crash", () => {
  it("asks nothing twice that was answered, and tells it again", async ({ expect }) => {
    const memory = new RunMemory();
    const spec = { ...HELLO, functions: [WEATHER] };
    const crashed = chatRun({
      spec,
      memory,
      stream: true,
      answers: [{ text: ["One", " moment."], calls: [callWeather("Rome")] }],
      // The reply is kept; the object dies before the action is.
      ports: dyingAt("ASK:0"),
    });
    await expect(crashed.outcome).rejects.toThrow("The object died.");

    const next = chatRun({ spec, memory, stream: true, answers: [] });
    expect((await cellOf(next.outcome)).value).toMatchObject({
      message: { content: "One moment.", function_call: { name: "weather" } },
    });
    expect(next.network.requests).toHaveLength(0);
    const resetAt = memory.told.findIndex(({ type }) => type === "action-reset");
    const retold = new RunMemory();
    retold.told.push(...memory.told.slice(resetAt));
    expect(resetAt).toBeGreaterThan(0);
    expect(toldText(retold)).toBe("One moment.");
    expect(retold.toldTypes()).toContain("function-call-start");
  });
});

describe("chat: tools of the project", () => {
  const TOOL_ID = "0123456789abcdef0123";
  const tools = [{ tool_id: TOOL_ID, description: "The weather.", parameters: WEATHER.parameters }];

  /** By default the tool gives back what it is given. */
  function worldWithTool(
    actions: ActionDefinition[] = [
      { name: "INPUT", type: "input" },
      { name: "OUTPUT", type: "output" },
    ],
  ) {
    const world = testWorld();
    world.tools.set(TOOL_ID, {
      name: "city weather",
      versions: [{ toolId: TOOL_ID, version: 1, actions, createdAtMs: 0 }],
    });
    return world;
  }

  it("are run with what the model gives, and the model goes on", async ({ expect }) => {
    const { outcome, network, memory } = chatRun({
      stream: true,
      spec: { ...HELLO, tools },
      world: worldWithTool(),
      answers: [
        { text: ["Let me see."], calls: [{ name: "city_weather", arguments: '{"city":"Rome"}' }] },
        { text: ["It is", " sunny."] },
      ],
    });
    expect((await cellOf(outcome)).value).toEqual({
      message: { role: "assistant", content: "Let me see.\n\nIt is sunny." },
    });
    expect(network.requests[0]?.body["tools"]).toMatchObject([
      { function: { name: "city_weather", description: "The weather." } },
    ]);
    expect(network.requests[1]?.body["messages"]).toMatchObject([
      { role: "user" },
      { role: "assistant", content: "Let me see." },
      { role: "tool", content: '{"city":"Rome"}' },
    ]);
    expect(toldText(memory)).toBe("Let me see.\n\nIt is sunny.");
  });

  it("have names that providers allow, each its own", async ({ expect }) => {
    const { outcome, network } = chatRun({
      spec: {
        ...HELLO,
        functions: [{ name: "city_weather" }],
        tools: [{ tool_id: TOOL_ID }, { tool_id: TOOL_ID }],
      },
      world: worldWithTool(),
      answers: [{ text: ["ok"] }],
    });
    await outcome;
    expect(network.requests[0]?.body["tools"]).toMatchObject([
      { function: { name: "city_weather" } },
      { function: { name: "city_weather_2", description: "Runs the tool city weather." } },
      { function: { name: "city_weather_3" } },
    ]);
  });

  it("are several at once, with their results in the order of the calls", async ({ expect }) => {
    const { outcome, network } = chatRun({
      spec: { ...HELLO, tools },
      world: worldWithTool(),
      answers: [
        {
          calls: ["Rome", "Oslo"].map((city) => ({
            name: "city_weather",
            arguments: JSON.stringify({ city }),
          })),
        },
        { text: ["Done."] },
      ],
    });
    await outcome;
    expect(network.requests[1]?.body["messages"]).toMatchObject([
      {},
      {},
      { role: "tool", content: '{"city":"Rome"}' },
      { role: "tool", content: '{"city":"Oslo"}' },
    ]);
  });

  it("that fail tell the model so", async ({ expect }) => {
    const { outcome, network } = chatRun({
      spec: { ...HELLO, tools },
      world: worldWithTool(
        toolOf("chat", HELLO, { offline: { error: { status: 400, message: "no weather" } } }),
      ),
      answers: [
        { calls: [{ name: "city_weather", arguments: '{"city":"Rome"}' }] },
        { text: ["I could not."] },
      ],
    });
    expect((await cellOf(outcome)).error).toBeNull();
    expect(network.requests[1]?.body["messages"]).toMatchObject([
      {},
      {},
      { role: "tool", content: expect.stringMatching(/^Error: .*no weather/) },
    ]);
  });

  it("are called in as many rounds as max_steps allows", async ({ expect }) => {
    const call = { calls: [{ name: "city_weather", arguments: '{"city":"Rome"}' }] };
    const { outcome } = chatRun({
      spec: { ...HELLO, tools },
      config: { ...COMPATIBLE, max_steps: 2 },
      world: worldWithTool(),
      answers: [call, call],
    });
    expect(await cellOf(outcome)).toMatchObject({
      errorCode: "max_steps_exceeded",
      error: "After 2 replies the model still calls functions: city_weather.",
    });
  });

  it("count what they use themselves", async ({ expect }) => {
    const { outcome } = chatRun({
      spec: { ...HELLO, tools: [{ tool_id: TOOL_ID }] },
      world: worldWithTool(toolOf("chat", HELLO, { offline: { tokens: 5 } })),
      answers: [{ calls: [{ name: "city_weather", arguments: "" }] }, { text: ["Done."] }],
    });
    expect((await outcome).usage.outputTokens).toBe(0 + 5 + 1);
  });
});
