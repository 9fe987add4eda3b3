/** A page of messages costs what it holds: it ends by its bytes where its limit would hold too many. */
import { env } from "cloudflare:workers";
import { beforeAll, it } from "vitest";

import { ROLES } from "../../../src/domain/message";
import { MESSAGE, PAGE } from "../../../src/limits";
import { readHistory } from "../../../src/store/threads/thread-history";
import { call } from "../../support/call";
import { type TestProject, makeProject } from "../../support/project";

const COUNT = 30;
const CHARS = MESSAGE.contentMaxBytes - 16;
/** Those before the last one hold less than the page's bytes. */
const FITTING = Math.ceil(PAGE.maxBytes / CHARS);

let project: TestProject;
let threadId: string;

beforeAll(async () => {
  project = await makeProject();
  const thread = await call("/api/sdk/threads", { key: project.key, json: {} });
  threadId = thread.json.id;
  for (let index = 0; index < COUNT; index += 1) {
    const content = `${String(index).padStart(2, "0")} wool `.padEnd(CHARS, ".");
    await call(`/api/sdk/threads/${threadId}/messages`, {
      key: project.key,
      json: { role: "user", content },
    });
  }
});

interface Listed {
  list: { id: string; content: string }[];
  has_more?: true;
}

async function list(query: string): Promise<Listed> {
  const path = `/api/sdk/threads/${threadId}/messages?${query}`;
  return (await call(path, { key: project.key })).json;
}

const numbers = ({ list: items }: Listed) =>
  items.map(({ content }) => Number(content.slice(0, 2)));
const range = (from: number, to: number) =>
  Array.from({ length: Math.abs(to - from) }, (_, index) => from + Math.sign(to - from) * index);

it.for([
  ["", range(0, COUNT)],
  ["&q=wool", range(0, COUNT)],
] as const)(
  "ends a page of long messages early and goes on behind it%s",
  async ([q, all], { expect }) => {
    const first = await list(`limit=100&order=asc${q}`);
    expect(first.has_more).toBe(true);
    expect(numbers(first)).toEqual(all.slice(0, FITTING));
    const second = await list(`limit=100&order=asc&after=${first.list.at(-1)?.id}${q}`);
    expect(second.has_more).toBeUndefined();
    expect(numbers(second)).toEqual(all.slice(FITTING));
  },
);

it("ends a page before a message early at its far end", async ({ expect }) => {
  const whole = await list("limit=2");
  expect(numbers(whole)).toEqual([29, 28]);
  expect(whole.has_more).toBeUndefined();
  const oldest = (await list("limit=1&order=asc")).list[0]?.id;
  const near = await list(`limit=100&before=${oldest}`);
  expect(numbers(near)).toEqual(range(FITTING, 0));
  expect(near.has_more).toBe(true);
  const far = await list(`limit=100&before=${near.list[0]?.id}`);
  expect(numbers(far)).toEqual(range(COUNT - 1, FITTING));
  expect(far.has_more).toBeUndefined();
});

it("reads of a thread's history no more than an action may give out", async ({ expect }) => {
  const messages = await readHistory(env.DB, {
    projectId: project.id,
    threadId,
    limit: COUNT,
    roles: ROLES,
    lastIds: [],
    hiddenIds: [],
    maxBytes: 3 * CHARS,
  });
  expect(messages.map(({ content }) => content.slice(0, 2))).toEqual(["27", "28", "29"]);
});
