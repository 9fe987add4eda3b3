/**
 * `WebSocketChatTransport` of `ai` 7 as it is, in Node and in Chromium from another origin: sends, is cut off,
 * resumes, unmounts, stops, and says more after its object has been put away by the runtime itself.
 */
import { setTimeout as pause } from "node:timers/promises";

import { type UIMessage, WebSocketChatTransport } from "ai";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { SOCKET } from "../../src/limits/index.ts";
import { RENEW_CLOSE } from "../../src/runs/sockets/socket-dialect.ts";
import { ChatPage, PageSite } from "../ai-sdk/page/chat-page.ts";
import { Bench, chatTool, textOf, textsOf, until } from "../ai-sdk/programs/bench.ts";
import { SDKS } from "../ai-sdk/programs/majors.ts";
import { CHROMIUM, launchChromium } from "../support/chromium.ts";
import { type CutProxy, openCutProxy } from "../support/cut-proxy.ts";
import { ownServer } from "../support/own-server.ts";
import { UnreadSocket, closeCodeOf } from "../support/unread-socket.ts";

const TEXT = "One two three four five six seven eight nine ten.";
const LOOK_UP = { name: "look_up", parameters: { type: "object", properties: {} }, client: true };
/** workerd puts an object away after ten seconds without work. */
const PUT_AWAY_MS = 14_000;
const ask = { text: "Count." };

const server = ownServer();
const [sdk] = SDKS.slice(-1);
let bench: Bench;
let proxy: CutProxy;
let slow: string;
let asking: string;

beforeAll(async () => {
  if (sdk === undefined) {
    throw new Error("The seventh major is the last of the list.");
  }
  bench = new Bench(sdk, server.url);
  proxy = await openCutProxy(server.url);
  slow = await bench.deploy("slow", chatTool({ offline: { text: TEXT, delay_ms: 100 } }));
  const call = { name: "look_up", arguments: { id: 1 } };
  const answering = { offline: { function_call: call, text: "Found." } };
  asking = await bench.deploy("asking", chatTool(answering, { functions: [LOOK_UP] }));
});

afterAll(() => proxy.close());

const runsOf = async (tool: string) =>
  (await bench.runs(tool)).map(({ status }) => status.run).toReversed();

describe("Chat over a WebSocket, in Node", () => {
  const transports: WebSocketChatTransport<UIMessage>[] = [];

  afterEach(() => transports.splice(0).forEach((transport) => transport.close()));

  async function open(id: string, tool: string, more: object = {}, origin = server.url) {
    const transport = new WebSocketChatTransport<UIMessage>({
      url: `${origin}${bench.api(tool)}/${id}/ws?parts=7`,
      protocols: ["bobbin.v1", await bench.token(tool)],
    });
    transports.push(transport);
    return new bench.sdk.Chat<UIMessage>({ id, transport, ...more });
  }

  it("sends, is cut off, resumes, and has the text once", async () => {
    const chat = await open("cut", slow, {}, proxy.url);
    const answered = chat.sendMessage(ask);
    await until(() => textOf(chat.messages[1]).includes("three"));
    proxy.cut();
    await answered;
    expect(chat.status).toBe("error");
    await chat.resumeStream();
    expect([chat.status, textsOf(chat.messages)]).toEqual(["ready", ["Count.", TEXT]]);
    const { role, parts } = chat.messages[1] ?? {};
    const [, loaded] = await bench.loaded(slow, "cut");
    expect({ role: loaded?.role, parts: loaded?.parts }).toEqual({
      role,
      parts: JSON.parse(JSON.stringify(parts)),
    });
  });

  it("answers a function of its own, and is told the rest", async () => {
    const chat = await open("called", asking, {
      sendAutomaticallyWhen: bench.sdk.isAnswered,
      onToolCall: ({ toolCall: { toolCallId } }: { toolCall: { toolCallId: string } }) =>
        void chat.addToolOutput({ tool: "look_up", toolCallId, output: { found: 12 } }),
    });
    await chat.sendMessage({ text: "Look it up." });
    await until(() => chat.status === "ready" && textOf(chat.messages.at(-1)) !== "");
    expect(textsOf(chat.messages)).toEqual(["Look it up.", "Found."]);
    expect(await bench.thread(asking, "called")).toEqual(["Look it up.", "Found."]);
  });

  it("says more on the same socket after its object was put away", async () => {
    const chat = await open("idle", slow);
    await chat.sendMessage(ask);
    await pause(PUT_AWAY_MS);
    await chat.sendMessage({ text: "And on?" });
    expect([chat.status, textsOf(chat.messages)]).toEqual([
      "ready",
      ["Count.", TEXT, "And on?", TEXT],
    ]);
  });

  it("is told in the words of the API why it is refused", async () => {
    const chat = await open("bad", slow);
    await chat.sendMessage({ text: "" });
    expect(chat.status).toBe("error");
    expect(JSON.parse(chat.error?.message ?? "").error.type).toBe("invalid_request_error");
  });
});

describe("a client that reads nothing", () => {
  it("is told what may lie in memory unread and no more, and others are answered", async () => {
    const long = await bench.deploy(
      "long",
      chatTool({ offline: { text: "harbour ".repeat(28_000) } }),
    );
    const first = await bench.chat({ id: "unread", tool: long });
    await first.sendMessage(ask);
    const url = `${server.url}${bench.api(long)}/unread/ws?parts=7`;
    const socket = await UnreadSocket.open(url, ["bobbin.v1", await bench.token(long)]);
    // Five times as much as may lie there.
    const rounds = Math.ceil((5 * SOCKET.untaken.perEndUser) / textOf(first.messages[1]).length);
    const statuses: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const requestId = `r${round}`;
      socket.send({ type: "resume", requestId, id: "unread", headers: {}, body: {} });
      if (round % SOCKET.maxRequests === SOCKET.maxRequests - 1) {
        const other = await bench.chat({ id: `other-${round}`, tool: asking });
        await other.sendMessage({ text: "Look it up." });
        statuses.push(other.status);
      }
    }
    expect(new Set(statuses)).toEqual(new Set(["ready"]));
    const told = await socket.readToEnd();
    expect(closeCodeOf(told)).toBe(RENEW_CLOSE);
    expect(told.length).toBeGreaterThan(SOCKET.untaken.perEndUser);
    expect(told.length).toBeLessThan(1.5 * SOCKET.untaken.perEndUser);
    const next = await bench.chat({ id: "unread", tool: long });
    await next.resumeStream();
    expect(textOf(next.messages[0])).toBe(textOf(first.messages[1]));
  });
});

describe.skipIf(CHROMIUM === undefined)("useChat over a WebSocket, in a browser", () => {
  let browser: Browser;
  let site: PageSite;
  let pages: ChatPage[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
    site = await PageSite.open(7);
  });

  afterEach(async () => {
    await Promise.all(pages.map((page) => page.close()));
    pages = [];
  });

  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  async function open(id: string, { tool = slow, socket = "", bobbin = server.url } = {}) {
    const token = await bench.token(tool);
    const settings = { bobbin, tool, token, id, parts: "7", socket };
    const page = await ChatPage.open(browser, site, settings);
    pages.push(page);
    return page;
  }

  it("streams, goes on after a reload in mid-answer, and after a cut", async () => {
    const page = await open("browser", { bobbin: proxy.url });
    await page.say("Count.");
    await page.shows("One two");
    await page.reload();
    await page.shows(TEXT);
    await page.isReady();
    expect(await page.texts()).toEqual(["Count.", TEXT]);
    await page.say("Again.");
    await page.answers.nth(1).filter({ hasText: "One two" }).waitFor();
    proxy.cut();
    await page.alerts.waitFor();
    await page.chat("resumeStream()");
    await page.answers.nth(1).filter({ hasText: TEXT }).waitFor();
    await page.isReady();
    expect(await page.texts()).toEqual(["Count.", TEXT, "Again.", TEXT]);
  });

  it("unmounts, and its run lives", async () => {
    const tool = await bench.deploy("left", chatTool({ offline: { text: TEXT, delay_ms: 100 } }));
    const page = await open("left", { tool });
    await page.say("Count.");
    await page.shows("One two");
    await page.page.evaluate("show(false)");
    await page.page.getByText("Elsewhere.").waitFor();
    const watcher = await bench.chat({ id: "left", tool });
    await watcher.resumeStream();
    expect(textOf(watcher.messages[0])).toBe(TEXT);
    expect(await runsOf(tool)).toEqual(["succeeded"]);
  });

  it.each([
    ["a call of its own", "", "stopRun().then(() => chat.stop())"],
    ["abort=stop", "&abort=stop", "chat.stop()"],
  ])("is stopped by %s, and answers the next turn", async (_, socket, stop) => {
    const id = `stopped${socket}`;
    const page = await open(id, { socket });
    await page.say("Count.");
    await page.shows("One two");
    await page.page.evaluate(stop);
    await page.isReady();
    await expect
      .poll(async () => (await bench.loaded(slow, encodeURIComponent(id))).length)
      .toBe(2);
    const [, partial] = await bench.loaded(slow, encodeURIComponent(id));
    expect(partial?.metadata).toMatchObject({ bobbin: { incomplete: true } });
    await page.say("And on?");
    await page.shows(TEXT);
    await page.isReady();
    expect(await page.answers.count()).toBe(2);
  });
});
