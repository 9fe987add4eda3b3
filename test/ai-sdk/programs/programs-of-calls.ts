/** Programs of `ai` whose models call: functions that the page answers, tools and knowledge of the project. */
import type { UIMessage } from "ai";
import { expect, it } from "vitest";

import { DEMO } from "../../../scripts/local/demo-project.ts";
import { type Bench, chatTool, plain, textOf, until } from "./bench.ts";
import type { Sdk } from "./majors.ts";

const LOOK_UP = { name: "look_up", parameters: { type: "object", properties: {} }, client: true };
const OUTPUT = { found: 12 };
const ask = { text: "Look it up." };

const callsIn = (message: UIMessage | undefined) =>
  (message?.parts ?? []).filter(({ type }) => type.startsWith("tool-"));

export function programsOfCalls({ isAnswered }: Sdk, open: () => Bench): void {
  const asking = () =>
    open().deploy(
      "asking",
      chatTool(
        { offline: { function_call: { name: "look_up", arguments: { id: 1 } } } },
        { functions: [LOOK_UP] },
      ),
    );

  it("answers a function in onToolCall: one post more, one message", async () => {
    const bench = open();
    const tool = await asking();
    const chat = await bench.chat({
      id: "called",
      tool,
      sendAutomaticallyWhen: isAnswered,
      onToolCall: ({ toolCall: { toolCallId } }) =>
        void chat.addToolOutput({ tool: "look_up", toolCallId, output: OUTPUT }),
    });
    await chat.sendMessage(ask);
    await until(() => chat.status === "ready" && textOf(chat.messages.at(-1)) !== "");
    expect(chat.messages).toHaveLength(2);
    expect(callsIn(chat.messages[1])).toMatchObject([
      { state: "output-available", input: { id: 1 }, output: OUTPUT },
    ]);
    const posts = bench.sent.filter((one) => one === `POST ${bench.api(tool)}`);
    expect(posts).toHaveLength(2);
    await holdsWhatItLoads(bench, tool, chat);
  });

  it("answers a function after a reload, from what it has loaded and resumed", async () => {
    const bench = open();
    const tool = await asking();
    const before = await bench.chat({ id: "reloaded", tool });
    await before.sendMessage(ask);
    const asked: string[] = [];
    const chat = await bench.chat({
      id: "reloaded",
      tool,
      messages: await bench.loaded(tool, "reloaded"),
      sendAutomaticallyWhen: isAnswered,
      onToolCall: ({ toolCall: { toolCallId } }) => void asked.push(toolCallId),
    });
    await chat.resumeStream();
    expect(asked).toHaveLength(1);
    const [toolCallId = ""] = asked;
    await chat.addToolOutput({ tool: "look_up", toolCallId, output: OUTPUT });
    await until(() => chat.status === "ready" && textOf(chat.messages.at(-1)) !== "");
    expect(chat.messages).toHaveLength(2);
    expect(callsIn(chat.messages[1])).toHaveLength(1);
  });

  it("says what a call of the project's tool gave, and asks the page for none", async () => {
    const bench = open();
    const sum = await bench.deploy("sum", [
      { name: "INPUT", type: "input" },
      { name: "SUM", type: "code", spec: { code: "() => '399'" } },
      { name: "OUTPUT", type: "output" },
    ]);
    const tool = await bench.deploy(
      "agent",
      chatTool(
        { offline: { function_call: { name: `sum_${bench.sdk.major}`, arguments: {} } } },
        { tools: [{ tool_id: sum, description: "Works it out." }] },
      ),
      ["MODEL_CALL"],
    );
    const asked: unknown[] = [];
    const chat = await bench.chat({
      id: "agent",
      tool,
      sendAutomaticallyWhen: isAnswered,
      onToolCall: (call) => void asked.push(call),
    });
    await chat.sendMessage({ text: "How much?" });
    expect(callsIn(chat.messages[1])).toMatchObject([
      { state: "output-available", providerExecuted: true },
    ]);
    expect(asked).toEqual([]);
    await holdsWhatItLoads(bench, tool, chat);
  });

  it("names the documents that an answer had", async () => {
    const bench = open();
    const name = await harbour(bench);
    const tool = await bench.deploy(
      "cited",
      [
        { name: "INPUT", type: "input" },
        {
          name: "FIND",
          type: "knowledge",
          spec: { query: "{{ INPUT.message }}" },
          config: { knowledge: [name], top_k: 3 },
        },
        ...chatTool({ offline: { text: "In 1812." } }).slice(1),
      ],
      ["FIND"],
    );
    const chat = await bench.chat({ id: "cited", tool });
    await chat.sendMessage({ text: "When was the lamp lit?" });
    expect(bySourceId(sourcesIn(chat.messages[1]))).toEqual(sourcesOfHarbour(bench));
    expect(textOf(chat.messages[1])).toBe("In 1812.");
    await holdsWhatItLoads(bench, tool, chat);
  });

  it("names the documents that its model has looked up, and asks the page for none", async () => {
    const bench = open();
    const name = await harbour(bench);
    const call = { name: "file_search", arguments: { query: "lamp lighthouse" } };
    const tool = await bench.deploy(
      "searching",
      chatTool({ offline: { function_call: call }, knowledge: [name] }),
      ["MODEL_CALL"],
    );
    const asked: unknown[] = [];
    const chat = await bench.chat({
      id: "searching",
      tool,
      sendAutomaticallyWhen: isAnswered,
      onToolCall: (given) => void asked.push(given),
    });
    await chat.sendMessage({ text: "When was the lamp lit?" });
    const sources = bySourceId(sourcesIn(chat.messages[1]));
    expect(sources).toEqual(sourcesOfHarbour(bench));
    expect(sources.map(marksOf)).toEqual([
      [expect.stringMatching(/^【1:[01]†lamp】$/)],
      [expect.stringMatching(/^【1:[01]†page】$/)],
    ]);
    expect(callsIn(chat.messages[1])).toMatchObject([
      { type: "tool-file_search", state: "output-available", providerExecuted: true },
    ]);
    expect(asked).toEqual([]);
    expect(chat.messages).toHaveLength(2);
    await holdsWhatItLoads(bench, tool, chat);
  });
}

/** What it loads are the parts that it held, each with all its fields, in their order. */
async function holdsWhatItLoads(
  bench: Bench,
  tool: string,
  { id, messages }: { id: string; messages: UIMessage[] },
): Promise<void> {
  expect(shown(await bench.loaded(tool, id))).toEqual(plain(shown(messages)));
}

const shown = (messages: readonly UIMessage[]) =>
  messages.map(({ id, role, parts }) => ({ id, role, parts }));

/** A base of a text and of a page of the web. */
const harbour = async (bench: Bench): Promise<string> => {
  const name = `harbour_${bench.sdk.major}`;
  const home = `/api/sdk/p/${DEMO.projectId}/knowledge`;
  await bench.call(home, { json: { name } });
  const text = "The lamp of the lighthouse was lit in 1812.";
  await bench.call(`${home}/${name}/d/lamp`, { method: "PUT", json: { text } });
  const json = { source_url: `${bench.web}/lamp.txt` };
  await bench.call(`${home}/${name}/d/page`, { method: "PUT", json });
  return name;
};

const sourcesIn = (message: UIMessage | undefined) =>
  (message?.parts ?? []).filter(({ type }) => type.startsWith("source-"));

const sourcesOfHarbour = (bench: Bench) => [
  expect.objectContaining({
    type: "source-document",
    sourceId: "lamp",
    mediaType: "text/plain",
    providerMetadata: {
      bobbin: {
        documentId: "lamp",
        passages: [expect.objectContaining({ text: expect.stringContaining("1812"), offset: 0 })],
      },
    },
  }),
  expect.objectContaining({
    type: "source-url",
    sourceId: "page",
    url: `${bench.web}/lamp.txt`,
  }),
];

const marksOf = (source: object): unknown[] =>
  Object(source).providerMetadata.bobbin.passages.map(({ mark }: { mark: unknown }) => mark);

const bySourceId = (parts: UIMessage["parts"]) =>
  parts.toSorted((a, b) => String(Object(a).sourceId).localeCompare(Object(b).sourceId));
