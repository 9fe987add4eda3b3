/** Files in a chat: sent as data URLs, shown by signed addresses, sent again by those. */
import { describe, it } from "vitest";

import { CHAT_VERBS } from "../../src/domain/access/session-token";
import { call } from "../support/call";
import { mintToken } from "../support/tokens";
import { chatActions } from "../support/tool";
import { type ChatBench, type Message, chatBench, userMessage } from "./chat-bench";

const CHAT = "c";
const BYTES = "A harbour, a lighthouse and a mole.";
const dataUrl = (text: string) => `data:text/plain;base64,${btoa(text)}`;
const filePart = (url: string) => ({
  type: "file",
  mediaType: "text/plain",
  filename: "notes.txt",
  url,
});

function withFile(id: string, text: string, ...urls: string[]) {
  return { ...userMessage(id, text), parts: [...urls.map(filePart), { type: "text", text }] };
}

async function filesBench(): Promise<ChatBench & { key: string; token: string }> {
  const bench = await chatBench(chatActions({ offline: { text: "Fine." } }));
  const token = await mintToken(bench.key, {
    end_user_id: "ada",
    tools: [bench.toolId],
    verbs: [...CHAT_VERBS, "files:create", "files:read"],
  });
  return {
    ...bench,
    token,
    post: (body, { key = token, query = "" } = {}) =>
      call(`${bench.api}${query}`, { key, json: body }),
    get: (tail, key = token) => call(`${bench.api}${tail}`, { key }),
  };
}

async function shown(bench: ChatBench, key?: string): Promise<Message["parts"]> {
  const { json } = await bench.get(`/${CHAT}/messages`, key);
  return json.messages[0].parts;
}

const pathOf = (url: unknown): string => String(url).replace("https://bobbin.test", "");

describe("a file of a turn", () => {
  it("is kept from its data URL, and shown to whoever has its address", async ({ expect }) => {
    const bench = await filesBench();
    const message = withFile("m1", "Read", dataUrl(BYTES), "data:text/plain,A%20mole");
    const { status } = await bench.post({ id: CHAT, messages: [message] });
    expect(status).toBe(200);
    const [first, second, text] = await shown(bench);
    expect(first).toMatchObject({ type: "file", mediaType: "text/plain", filename: "notes.txt" });
    expect(text).toEqual({ type: "text", text: "Read" });
    const got = await call(pathOf(first?.["url"]));
    expect([got.status, got.text]).toEqual([200, BYTES]);
    expect((await call(pathOf(second?.["url"]))).text).toBe("A mole");
    expect(got.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(got.headers.get("Content-Security-Policy")).toBe("sandbox");
    expect(got.headers.get("Content-Disposition")).toContain("attachment");
    expect(got.headers.get("Cross-Origin-Resource-Policy")).toBe("cross-origin");
    const piece = await call(pathOf(first?.["url"]), { headers: { Range: "bytes=2-8" } });
    expect([piece.status, piece.text]).toEqual([206, "harbour"]);
    const files = await call("/api/sdk/files", { key: bench.key });
    expect(files.json.files).toHaveLength(2);
  });

  it("is one file however often its message comes, by bytes or by address", async ({ expect }) => {
    const bench = await filesBench();
    const body = { id: CHAT, messages: [withFile("m1", "Read", dataUrl(BYTES))] };
    const replies = await Promise.all([bench.post(body), bench.post(body)]);
    const [file] = await shown(bench);
    const again = { id: CHAT, messages: [withFile("m1", "Read", String(file?.["url"]))] };
    replies.push(await bench.post(body), await bench.post(again));
    const runs = replies.map(({ headers }) => headers.get("X-Bobbin-Run-Id"));
    expect(new Set(runs).size).toBe(1);
    const files = await call("/api/sdk/files", { key: bench.key });
    expect(files.json.files).toHaveLength(1);
    const anew = await bench.post({ ...again, trigger: "regenerate-message" });
    expect(anew.headers.get("X-Bobbin-Run-Id")).not.toBe(runs[0]);
    const other = { id: CHAT, messages: [withFile("m1", "Read", dataUrl("Other"))] };
    expect((await bench.post(other)).status).toBe(409);
  });

  it("is text to the model of the run", async ({ expect }) => {
    const bench = await chatBench(
      chatActions().map((action) =>
        action.type === "thread" ? { ...action, config: { files: true } } : action,
      ),
    );
    const body = { id: CHAT, messages: [withFile("m1", "Read", dataUrl(BYTES))] };
    const { text } = await bench.post(body, { key: bench.key });
    expect(text).toContain("lighthouse");
  });

  it("needs the token's verbs: one to send it, one to be shown it", async ({ expect }) => {
    const bench = await filesBench();
    const chatOnly = await mintToken(bench.key, { end_user_id: "ada", tools: [bench.toolId] });
    const body = { id: CHAT, messages: [withFile("m1", "Read", dataUrl(BYTES))] };
    const refused = await bench.post(body, { key: chatOnly });
    expect([refused.status, refused.json.error.message]).toEqual([
      403,
      expect.stringContaining("files:create"),
    ]);
    await bench.post(body);
    expect((await shown(bench, chatOnly)).map(({ type }) => type)).toEqual(["text"]);
  });

  it("of somebody else is none, by whatever address", async ({ expect }) => {
    const bench = await filesBench();
    await bench.post({ id: CHAT, messages: [withFile("m1", "Read", dataUrl(BYTES))] });
    const [file] = await shown(bench);
    const bob = await mintToken(bench.key, {
      end_user_id: "bob",
      tools: [bench.toolId],
      verbs: [...CHAT_VERBS, "files:read"],
    });
    const body = { id: CHAT, messages: [withFile("m1", "Mine", String(file?.["url"]))] };
    expect((await bench.post(body, { key: bob })).status).toBe(400);
  });

  it.for([
    ["no base64", "data:image/png;base64,***", "is no data URL"],
    ["no bytes", "data:image/png;base64,", "must not be of an empty file"],
    ["no comma", "data:image/png;base64", "is no data URL"],
    ["a blob of the page", "blob:https://page.test/1", "must be a data: URL"],
  ] as const)("is refused with %s", async ([, url, says], { expect }) => {
    const bench = await filesBench();
    const { status, json } = await bench.post({ id: CHAT, message: withFile("m1", "Read", url) });
    expect(status).toBe(400);
    expect(json.error.issues[0]).toMatchObject({
      path: ["message", "parts", 0, "url"],
      message: expect.stringContaining(says),
    });
  });
});

describe("the address of a file", () => {
  it("opens that file alone, unchanged, until it expires", async ({ expect }) => {
    const bench = await filesBench();
    const message = withFile("m1", "Read", dataUrl("One"), dataUrl("Two"));
    await bench.post({ id: CHAT, messages: [message] });
    const files = (await shown(bench)).filter(({ type }) => type === "file");
    const [first, second] = files.map(({ url }) => new URL(String(url)));
    const swapped = `${second?.pathname}${first?.search}`;
    const later = `${first?.pathname}${first?.search.replace(/e=\d/, "e=9")}`;
    const unsigned = first?.pathname ?? "";
    for (const path of [swapped, later, unsigned, `${unsigned}?e=1&s=x`]) {
      const { status, json } = await call(path);
      expect([status, json.error.type]).toEqual([404, "file_not_found"]);
    }
    const secrets = await call("/api/sdk/signing-secrets", { key: bench.key });
    const [{ id }] = secrets.json.list;
    expect(first?.searchParams.get("s")).toContain(`${id}.`);
  });
});
