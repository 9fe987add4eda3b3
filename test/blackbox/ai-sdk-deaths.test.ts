/**
 * The process dies in mid-text and is started again: what the pages of three majors have then, where the
 * model says the same once more and where it says something else. A killed process stands for an engine
 * that is gone; what is withdrawn comes by `action-reset`.
 */
import type { UIMessage } from "ai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { Bench, chatTool, textOf, textsOf, until } from "../ai-sdk/programs/bench.ts";
import { SDKS } from "../ai-sdk/programs/majors.ts";
import {
  type LocalServer,
  freePort,
  startServer,
  temporaryStateDir,
} from "../support/local-server.ts";
import {
  type OpenAiServer,
  type SeenRequest,
  startOpenAiServer,
} from "../support/openai-server.ts";

const FIRST = ["One", " two", " three"];
/** By what is asked. */
const SECOND: Record<string, string[]> = {
  same: [...FIRST, " four", " five."],
  other: ["Something", " else."],
};

interface Dying {
  bench: Bench;
  question: string;
  tool: string;
}

const dying: Dying[] = [];
let state: Awaited<ReturnType<typeof temporaryStateDir>>;
let model: OpenAiServer;
let server: LocalServer;

beforeAll(async () => {
  state = await temporaryStateDir();
  model = await startOpenAiServer();
  const asked = new Set<string>();
  model.otherwise = ({ body }: SeenRequest) => {
    const text = JSON.stringify(body["messages"]);
    const isFirst = !asked.has(text);
    asked.add(text);
    const question = text.includes("same") ? "same" : "other";
    return isFirst
      ? {
          text: [...FIRST, "never"],
          hold: { after: 1 + FIRST.length, until: new Promise(() => {}) },
        }
      : { text: SECOND[question] ?? [] };
  };
  const port = await freePort();
  const start = () =>
    startServer({
      script: "start",
      stateDir: state.dir,
      port,
      env: { OPENAI_BASE_URL: model.baseUrl },
    });
  server = await start();
  for (const sdk of SDKS) {
    const bench = new Bench(sdk, server.url);
    const provider = { provider_id: "openai-compatible", model_id: "test-model", use_stream: true };
    const tool = await bench.deploy("dying", chatTool(provider));
    for (const question of Object.keys(SECOND)) {
      const chat = await bench.chat({ id: question, tool });
      void chat.sendMessage({ text: `${question} ${sdk.major}` });
      await until(() => textOf(chat.messages[1]).includes(FIRST.join("")));
      dying.push({ bench, question, tool });
    }
  }
  await server.kill();
  server = await start();
});

afterAll(async () => {
  await server.stop();
  await model.close();
  await state.remove();
});

async function resumed({ bench, question, tool }: Dying): Promise<UIMessage[]> {
  const messages = await bench.loaded(tool, question);
  const chat = await bench.chat({ id: question, tool, messages });
  await chat.resumeStream();
  expect([chat.status, chat.error]).toEqual(["ready", undefined]);
  return chat.messages;
}

describe.each(SDKS)("a page of ai $major, after the process has died", ({ major }) => {
  const find = (question: string): Dying => {
    const found = dying.find((one) => one.bench.sdk.major === major && one.question === question);
    if (found === undefined) {
      throw new Error(`nothing was asked of ai ${major}`);
    }
    return found;
  };

  it("has the whole text once, where it is told again", async () => {
    const one = find("same");
    const messages = await resumed(one);
    expect(textsOf(messages)).toEqual([`same ${major}`, "One two three four five."]);
    expect(textsOf(await one.bench.loaded(one.tool, "same"))).toEqual(textsOf(messages));
  });

  it("has the new text, and knows what was withdrawn, where it is another", async () => {
    const one = find("other");
    const [, answer] = await resumed(one);
    const told = textOf(answer).split("|");
    const resets = (answer?.parts ?? []).filter(({ type }) => type === "data-bobbin-reset");
    const expected = major === 7 ? [] : [FIRST.join("")];
    expect(told).toEqual([...expected, "Something else."]);
    expect(resets).toMatchObject(expected.map(() => ({ data: { textIds: ["t1"] } })));
    const loaded = await one.bench.loaded(one.tool, "other");
    expect(textsOf(loaded)).toEqual([`other ${major}`, "Something else."]);
  });
});
