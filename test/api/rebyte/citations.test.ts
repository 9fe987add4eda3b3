/** What a message of a run tells of itself: the passages that it quotes, and why it is not whole. */
import { it } from "vitest";

import { call } from "../../support/call";
import { makeProject } from "../../support/project";
import { chatActions, makeTool } from "../../support/tool";

const TEXT = "Cloth may be returned within thirty days, uncut.";
const SEARCH = { name: "file_search", arguments: { query: "return cloth" } };

/** A message of each reply, or one of the whole run. */
it.for([true, false])(
  "shows citations at their code points, %s",
  async (isPerReply, { expect }) => {
    const { id, key } = await makeProject();
    const post = (path: string, json: unknown, method = "POST") =>
      call(`/api/sdk/p/${id}${path}`, { key, json, method });
    await post("/knowledge", { name: "terms" });
    await post("/knowledge/terms/d/returns", { text: TEXT }, "PUT");
    const said = "👋 Within thirty days 【1:0†returns】.";
    const config = {
      history: { limit: 20 },
      knowledge: ["terms"],
      per_reply_messages: isPerReply,
      offline: { function_call: SEARCH, text: said },
    };
    const { json: made } = await post("/a", {
      name: "cited",
      actions: [
        { name: "INPUT", type: "input" },
        { name: "CHAT", type: "chat", config },
        { name: "OUTPUT", type: "output" },
      ],
    });
    const { json: thread } = await call("/api/sdk/threads", { key, json: {} });
    const messages = [{ role: "user", content: "May I bring cloth back?" }];
    const ran = await post(`/a/${made.tool.id}/r`, {
      thread_id: thread.id,
      blocking: true,
      inputs: [{ messages }],
    });
    expect(ran.status).toBe(200);
    const { json } = await call(`/api/sdk/threads/${thread.id}/messages`, { key });
    const answer = json.list.find((one: { role: string }) => one.role === "assistant");
    expect(answer.content).toBe(said);
    const [citation] = answer.citations;
    expect(citation).toEqual({
      mark: "【1:0†returns】",
      start: 21,
      end: 34,
      document_id: "returns",
      title: "returns",
      quote: TEXT,
    });
    expect(Array.from(said).slice(citation.start, citation.end).join("")).toBe(citation.mark);
    expect(json.list.filter((one: object) => "incomplete" in one)).toEqual([]);
    const { json: page } = await call(`/openai/v1/threads/${thread.id}/messages?limit=1`, { key });
    expect(page.data[0].content).toEqual([
      {
        type: "text",
        text: {
          value: said,
          annotations: [
            {
              type: "file_citation",
              text: "【1:0†returns】",
              start_index: 21,
              end_index: 34,
              file_citation: { file_id: "file-returns", quote: TEXT },
            },
          ],
        },
      },
    ]);
  },
);

it("shows what a reply quotes that was cut off", async ({ expect }) => {
  const { id, key } = await makeProject();
  const post = (path: string, json: unknown, method = "POST") =>
    call(`/api/sdk/p/${id}${path}`, { key, json, method });
  await post("/knowledge", { name: "terms" });
  await post("/knowledge/terms/d/returns", { text: TEXT }, "PUT");
  // Silent behind the mark, and behind all pieces of the call.
  const text = `Thirty 【1:0†returns】${" and so on".repeat(9)}`;
  const offline = { function_call: SEARCH, text, silent_after: 12 };
  const shared = { history: { limit: 20 }, knowledge: ["terms"], offline };
  for (const perReply of [true, false]) {
    const config = { ...shared, per_reply_messages: perReply };
    const { json: made } = await post("/a", {
      name: `cut-${perReply}`,
      actions: [
        { name: "INPUT", type: "input" },
        { name: "CHAT", type: "chat", config },
        { name: "OUTPUT", type: "output" },
      ],
    });
    const { json: thread } = await call("/api/sdk/threads", { key, json: {} });
    await post(`/a/${made.tool.id}/r`, {
      thread_id: thread.id,
      stream: true,
      deadline_seconds: 1,
      inputs: [{ messages: [{ role: "user", content: "May I bring cloth back?" }] }],
    });
    const { json } = await call(`/api/sdk/threads/${thread.id}/messages`, { key });
    const cut = json.list.find((one: { role: string }) => one.role === "assistant");
    expect([cut.incomplete, cut.citations?.length]).toEqual(["expired", 1]);
  }
});

it("keeps a refusal as a part, and says it in the content", async ({ expect }) => {
  const { id, key } = await makeProject();
  const toolId = await makeTool(id, chatActions({ offline: { refusal: "I will not." } }));
  const { json: thread } = await call("/api/sdk/threads", { key, json: {} });
  await call(`/api/sdk/p/${id}/a/${toolId}/r`, {
    key,
    json: { thread_id: thread.id, blocking: true },
  });
  const { json } = await call(`/api/sdk/threads/${thread.id}/messages`, { key });
  expect(json.list).toMatchObject([
    { content: "I will not.", parts: [{ type: "refusal", refusal: "I will not." }] },
  ]);
  const { json: page } = await call(`/openai/v1/threads/${thread.id}/messages`, { key });
  expect(page.data[0].content).toEqual([{ type: "refusal", refusal: "I will not." }]);
});

const page = (number: number) => `[page ${number}]\n${`Page ${number} is of looms. `.repeat(90)}`;

it("shows the pages of a passage, wherever on them it begins", async ({ expect }) => {
  const { id, key } = await makeProject();
  const post = (path: string, json: unknown, method = "POST") =>
    call(`/api/sdk/p/${id}${path}`, { key, json, method });
  await post("/knowledge", { name: "manual" });
  const text = `${page(1)}\n\n${page(2)}The treadles are oiled with linseed.\n\n${page(3)}`;
  await post("/knowledge/manual/d/looms", { text }, "PUT");
  const query = { query: "treadles oiled linseed", top_k: 1 };
  const { json: found } = await post("/knowledge/manual/search", query);
  expect(found.hits[0].text).not.toContain("[page 2]");
  expect(found.hits[0].pages).toContain(2);
  const search = { name: "file_search", arguments: { query: query.query } };
  const config = {
    history: { limit: 20 },
    knowledge: ["manual"],
    top_k: 1,
    per_reply_messages: true,
    offline: { function_call: search, text: "With linseed 【1:0†looms】." },
  };
  const { json: made } = await post("/a", {
    name: "cited",
    actions: [
      { name: "INPUT", type: "input" },
      { name: "CHAT", type: "chat", config },
      { name: "OUTPUT", type: "output" },
    ],
  });
  const inputs = [{ messages: [{ role: "user", content: "With what?" }] }];
  const { json: run } = await post(`/a/${made.tool.id}/r`, { thread_id: "pages", inputs });
  expect(run.run.status.run).toBe("succeeded");
  const { json } = await call("/api/sdk/threads/pages/messages", { key });
  expect(json.list[0].citations).toMatchObject([{ title: "looms", pages: found.hits[0].pages }]);
});

it("says why a text was cut", async ({ expect }) => {
  const { id, key } = await makeProject();
  const offline = { text: "It goes on and on", silent_after: 3 };
  const toolId = await makeTool(id, chatActions({ offline }));
  const { json: thread } = await call("/api/sdk/threads", { key, json: {} });
  await call(`/api/sdk/p/${id}/a/${toolId}/r`, {
    key,
    json: { thread_id: thread.id, stream: true, deadline_seconds: 1 },
  });
  const { json } = await call(`/api/sdk/threads/${thread.id}/messages`, { key });
  expect(json.list.map(({ incomplete }: { incomplete?: string }) => incomplete)).toEqual([
    "expired",
  ]);
});
