/** Programs of `ai` that say something and hear the answer: what stands then on the page and on the thread. */
import { expect, it } from "vitest";

import { cursor } from "../../../examples/chat-page/cursor.js";
import { type Bench, chatTool, plain, textOf, textsOf, until } from "./bench.ts";
import { cutOnce } from "./cut-once.ts";
import type { Sdk } from "./majors.ts";

const TEXT = "One two three four five six seven eight nine ten.";
const ask = { text: "Count." };

export function programsOfTurns({ major }: Sdk, open: () => Bench): void {
  const slow = () => open().deploy("slow", chatTool({ offline: { text: TEXT, delay_ms: 40 } }));
  const quick = () => open().deploy("quick", chatTool({ offline: { text: "Fine." } }));

  it("holds what it then loads", async () => {
    const bench = open();
    const tool = await quick();
    const chat = await bench.chat({ id: "held", tool });
    await chat.sendMessage(ask);
    expect([chat.status, textOf(chat.messages[1])]).toEqual(["ready", "Fine."]);
    const loaded = await bench.loaded(tool, "held");
    const kept = loaded.map(({ id, role, parts }) => ({ id, role, parts }));
    expect(kept).toEqual(plain(chat.messages.map(({ id, role, parts }) => ({ id, role, parts }))));
  });

  it("takes up in mid-answer what a page before it began, as one message", async () => {
    const bench = open();
    const tool = await slow();
    const first = await bench.chat({ id: "resumed", tool });
    void first.sendMessage(ask);
    await until(() => textOf(first.messages[1]) !== "");
    const messages = await bench.loaded(tool, "resumed");
    const second = await bench.chat({ id: "resumed", tool, messages });
    await second.resumeStream();
    expect([second.status, textsOf(second.messages)]).toEqual(["ready", ["Count.", TEXT]]);
    await until(() => first.status === "ready");
    expect(first.messages[1]?.id).toBe(second.messages[1]?.id);
  });

  it("goes on behind the chunk that came last, where its connection is cut", async () => {
    const bench = open();
    const tool = await slow();
    const send = cursor(cutOnce("three"));
    const chat = await bench.chat({ id: "cut", tool, send });
    await chat.sendMessage(ask);
    expect(chat.status).toBe("error");
    expect(textOf(chat.messages[1])).toMatch(/^One two three/);
    await chat.resumeStream();
    expect([chat.status, textsOf(chat.messages)]).toEqual(["ready", ["Count.", TEXT]]);
    await chat.sendMessage(ask);
    expect(textsOf(chat.messages)).toEqual(["Count.", TEXT, "Count.", TEXT]);
  });

  it("says once what it posts twice, at once and after the end", async () => {
    const bench = open();
    const tool = await slow();
    const message = {
      id: "twice-1",
      role: "user" as const,
      parts: [{ type: "text" as const, ...ask }],
    };
    const chats = await Promise.all([1, 2].map(() => bench.chat({ id: "twice", tool })));
    await Promise.all(chats.map((chat) => chat.sendMessage({ ...message })));
    const late = await bench.chat({ id: "twice", tool });
    await late.sendMessage({ ...message });
    for (const chat of [...chats, late]) {
      expect([chat.status, textsOf(chat.messages)]).toEqual(["ready", ["Count.", TEXT]]);
      expect(chat.messages[1]?.id).toBe(late.messages[1]?.id);
    }
    expect(await bench.thread(tool, "twice")).toEqual(["Count.", TEXT]);
    expect(await bench.runs(tool)).toHaveLength(1);
  });

  it("stops in mid-answer, keeps the text, and goes on with the next turn", async () => {
    const bench = open();
    const tool = await slow();
    const chat = await bench.chat({ id: "stopped", tool });
    void chat.sendMessage(ask);
    await until(() => textOf(chat.messages[1]) !== "");
    const stopped = await bench.stop(tool, "stopped", await bench.token(tool));
    await chat.stop();
    expect(stopped.body).toMatchObject({ success: true, status: "cancelled" });
    const [, partial] = await bench.loaded(tool, "stopped");
    expect(textOf(partial)).toMatch(/^One/);
    expect(textOf(partial)).not.toBe(TEXT);
    expect(partial?.metadata).toMatchObject({ bobbin: { incomplete: true } });
    const messages = await bench.loaded(tool, "stopped");
    const again = await bench.chat({ id: "stopped", tool, messages });
    await again.resumeStream();
    expect(again.messages).toHaveLength(2);
    await again.sendMessage({ text: "And on?" });
    expect(textsOf(again.messages).at(-1)).toBe(TEXT);
  });

  it("answers anew, edits, and leaves the thread as its page has it", async () => {
    const bench = open();
    const tool = await bench.deploy("echo", chatTool({}));
    const chat = await bench.chat({ id: "edited", tool });
    await chat.sendMessage({ text: "First" });
    await chat.sendMessage({ text: "Second" });
    const [, , , before] = chat.messages;
    await chat.regenerate();
    expect(chat.messages).toHaveLength(4);
    expect(chat.messages[3]?.id).not.toBe(before?.id);
    const edited = chat.messages[0]?.id ?? "";
    await chat.sendMessage({ text: "Instead", messageId: edited });
    expect(textsOf(chat.messages)).toEqual(["Instead", expect.stringContaining("Instead")]);
    expect(await bench.thread(tool, "edited")).toEqual(textsOf(chat.messages));
  });

  it("tries again by sendMessage() where no answer had begun", async () => {
    const bench = open();
    const error = { status: 400, message: "Not now." };
    const tool = await bench.deploy("failing", chatTool({ offline: { error } }));
    const chat = await bench.chat({ id: "retried", tool });
    await chat.sendMessage(ask);
    expect([chat.status, chat.error?.message ?? ""]).toEqual(["error", expect.any(String)]);
    await chat.sendMessage();
    expect(await bench.thread(tool, "retried")).toEqual(["Count."]);
    const runs = bench.sent.filter((one) => one === `POST ${bench.api(tool)}`);
    expect(runs).toHaveLength(2);
  });

  it("sends while an answer comes, and has both answers", async () => {
    const bench = open();
    const tool = await slow();
    const first = await bench.chat({ id: "queued", tool });
    void first.sendMessage(ask);
    await until(() => textOf(first.messages[1]) !== "");
    const states: unknown[] = [];
    const second = await bench.chat({
      id: "queued",
      tool,
      messages: await bench.loaded(tool, "queued"),
      onData: ({ data }) => void states.push(data),
    });
    await second.sendMessage({ text: "And more." });
    expect(textsOf(second.messages).at(-1)).toBe(TEXT);
    expect(states[0]).toMatchObject({ status: expect.stringMatching(/queued|running/) });
    expect(await bench.thread(tool, "queued")).toEqual(["Count.", "And more.", TEXT, TEXT]);
  });

  it("is told why a run has expired", async () => {
    const bench = open();
    const tool = await bench.deploy("late", chatTool({ offline: { text: TEXT, delay_ms: 500 } }));
    const states: { status?: string }[] = [];
    const chat = await bench.chat({
      id: `late-${major}`,
      tool,
      key: "sk-dev",
      onData: ({ data }) => void states.push(Object(data)),
    });
    await chat.sendMessage(ask, { body: { bobbin: { deadline_seconds: 1 } } });
    expect(chat.status).toBe("error");
    expect(states.map(({ status }) => status)).toContain("expired");
  });

  it("is told that a run has failed, after its text, and keeps what was said", async () => {
    const bench = open();
    const tool = await bench.deploy(
      "broken",
      chatTool({ offline: { text: TEXT, break_after: 3 } }),
    );
    const states: { status?: string }[] = [];
    const chat = await bench.chat({
      id: "broken",
      tool,
      onData: ({ data }) => void states.push(Object(data)),
    });
    await chat.sendMessage(ask);
    expect(chat.status).toBe("error");
    expect(states.map(({ status }) => status)).toContain("failed");
    expect(textOf(chat.messages[1])).toBe("One two three");
    const texts = (chat.messages[1]?.parts ?? []).filter(({ type }) => type === "text");
    expect(texts).toMatchObject([{ state: "done" }]);
  });

  it("is told that a run was stopped elsewhere, and why it has finished", async () => {
    const bench = open();
    const tool = await slow();
    const ends: { finishReason?: string }[] = [];
    const chat = await bench.chat({
      id: "cancelled",
      tool,
      onFinish: (end) => void ends.push(end),
    });
    const answered = chat.sendMessage(ask);
    await until(() => textOf(chat.messages[1]) !== "");
    await bench.stop(tool, "cancelled", await bench.token(tool));
    await answered;
    expect(chat.status).toBe("ready");
    expect(chat.messages[1]?.metadata).toMatchObject({ bobbin: { status: "cancelled" } });
    expect(ends.map(({ finishReason }) => finishReason)).toEqual(["other"]);
    expect(textOf((await bench.loaded(tool, "cancelled"))[1])).toBe(textOf(chat.messages[1]));
  });

  it("follows in a second tab what the first one begins", async () => {
    const bench = open();
    const tool = await slow();
    const first = await bench.chat({ id: "tabs", tool });
    await first.sendMessage(ask);
    const heard: { type: string; data: unknown }[] = [];
    const second = await bench.chat({
      id: "tabs",
      tool,
      messages: await bench.loaded(tool, "tabs"),
      waitSeconds: 30,
      onData: (part) => void heard.push(part),
    });
    const following = second.resumeStream();
    await first.sendMessage({ text: "And now?" });
    await following;
    expect(textOf(second.messages.at(-1))).toBe(TEXT);
    expect(second.messages.at(-1)?.id).toBe(first.messages.at(-1)?.id);
    const said = heard.find(({ type }) => type === "data-bobbin-message");
    const { id, role, parts } = first.messages[2] ?? {};
    expect(said?.data).toMatchObject(Object(plain({ id, role, parts })));
  });

  it("shows a file from its address, and sends it again by that", async () => {
    const bench = open();
    const tool = await quick();
    const chat = await bench.chat({ id: "filed", tool });
    const url = `data:text/plain;base64,${btoa("A mole.")}`;
    const files = [{ type: "file" as const, mediaType: "text/plain", filename: "a.txt", url }];
    await chat.sendMessage({ text: "Read", files });
    const messages = await bench.loaded(tool, "filed");
    const [file] = messages[0]?.parts ?? [];
    expect(file).toMatchObject({ type: "file", mediaType: "text/plain", filename: "a.txt" });
    const address = file?.type === "file" ? file.url : "";
    expect(await (await fetch(address)).text()).toBe("A mole.");
    const again = await bench.chat({ id: "filed", tool, messages });
    await again.regenerate();
    expect([again.status, again.messages.length]).toEqual(["ready", 2]);
  });

  it("is refused a chat and a call that its token does not have", async () => {
    const bench = open();
    const tool = await quick();
    const own = await bench.chat({ id: "own", tool });
    await own.sendMessage(ask);
    const { body } = await bench.call(bench.api(tool), { key: await bench.token(tool) });
    const [{ threadId }] = body.chats;
    const other = { end_user_id: "eve", verbs: ["runs:create", "messages:create", "runs:read"] };
    const key = await bench.token(tool, other);
    const foreign = await bench.chat({ id: threadId, tool, key });
    await foreign.sendMessage(ask);
    expect([foreign.status, foreign.error?.message ?? ""]).toEqual([
      "error",
      expect.stringContaining("threads:create"),
    ]);
    await foreign.resumeStream();
    expect([foreign.status, foreign.messages.length]).toEqual(["error", 1]);
    const silent = { verbs: ["runs:create", "threads:create", "runs:read", "messages:read"] };
    const mute = await bench.chat({ id: "mute", tool, key: await bench.token(tool, silent) });
    await mute.sendMessage(ask);
    expect([mute.status, mute.error?.message ?? ""]).toEqual([
      "error",
      expect.stringContaining("messages:create"),
    ]);
    const deaf = await bench.token(tool, { verbs: ["runs:create", "messages:create"] });
    const unheard = await bench.chat({ id: "own", tool, key: deaf });
    await unheard.resumeStream();
    expect([unheard.status, unheard.error?.message ?? ""]).toEqual([
      "error",
      expect.stringContaining("runs:read"),
    ]);
  });
}
