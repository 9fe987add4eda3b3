/** Names that clients take out of a path: nothing may go by them, for nobody could read or erase it. */
import { describe, it } from "vitest";

import { call } from "../../support/call";
import { makeProject } from "../../support/project";
import { mintToken } from "../../support/tokens";
import { chatActions, makeTool } from "../../support/tool";

describe("an end user whom no path names", () => {
  it.for([".", ".."])("gets no token: %s", async (id, { expect }) => {
    const { key } = await makeProject();
    const { status, json } = await call("/api/sdk/tokens", { key, json: { end_user_id: id } });
    expect([status, json.error.issues[0].path]).toEqual([400, ["end_user_id"]]);
  });
});

describe("a thread's name that no path can say", () => {
  it.for([".", ".."])("is none that a run makes: %s", async (name, { expect }) => {
    const { id, key } = await makeProject();
    const tool = await makeTool(id, chatActions({ offline: { text: "Fine." } }));
    const input = { messages: [{ role: "user", content: "Hi" }] };
    const refused = await call(`/api/sdk/p/${id}/a/${tool}/r`, {
      key,
      json: { thread_id: name, inputs: [input] },
    });
    expect([refused.status, refused.json.error.issues[0].path]).toEqual([400, ["thread_id"]]);
    const chats = `/ui/v1/tools/${tool}/chat`;
    const message = { id: "m", role: "user", parts: [{ type: "text", text: "Hi" }] };
    const chat = await call(chats, { key, json: { id: name, messages: [message] } });
    expect([chat.status, chat.json.error.issues[0].path]).toEqual([400, ["id"]]);
    const asked = { end_user_id: "ada", tools: [tool] };
    const token = await mintToken(key, asked);
    const own = await call(chats, { key: token, json: { id: name, messages: [message] } });
    expect([own.status, own.json.error.issues[0].path]).toEqual([400, ["id"]]);
    const listed = await call("/api/sdk/threads", { key });
    expect(listed.json.list).toEqual([]);
  });
});
