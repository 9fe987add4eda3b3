/**
 * Proves how many times a request crosses to D1: with a key that this isolate has seen before, once.
 * Does not prove what one crossing costs.
 */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import { app } from "../../../src/app";
import { CountingDatabase } from "../../support/counting-database";
import { type TestProject, makeProject } from "../../support/project";

let project: TestProject;
let threadId: string;
let messageId: string;

beforeAll(async () => {
  project = await makeProject();
  threadId = (await send("POST", "/threads", {})).json.id;
  const path = `/threads/${threadId}/messages`;
  messageId = (await send("POST", path, { role: "user", content: "one" })).json.id;
});

async function send(method: string, path: string, body?: object) {
  const counting = new CountingDatabase(env.DB);
  const response = await app.request(
    `/api/sdk${path}`,
    {
      method,
      headers: { Authorization: `Bearer ${project.key}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
    { ...env, DB: counting.database },
    createExecutionContext(),
  );
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever came
  const json: any = await response.json();
  return { status: response.status, json, roundTrips: counting.roundTrips };
}

describe("a CRUD request with a key seen before crosses to D1 once", () => {
  const message = { role: "user", content: "two" };
  it.for([
    ["create an empty thread", "POST", (): string => "/threads", {}],
    [
      "create a thread with messages",
      "POST",
      (): string => "/threads",
      { messages: [message, message] },
    ],
    ["list threads", "GET", (): string => "/threads"],
    ["list threads by metadata", "GET", (): string => "/threads?metadata[a]=b"],
    ["list threads behind a cursor", "GET", (): string => `/threads?after=${threadId}`],
    ["get a thread", "GET", (): string => `/threads/${threadId}`],
    ["update a thread", "POST", (): string => `/threads/${threadId}`, { metadata: { a: "b" } }],
    ["insert a message", "POST", (): string => `/threads/${threadId}/messages`, message],
    ["list messages", "GET", (): string => `/threads/${threadId}/messages`],
    [
      "list messages inside a window",
      "GET",
      (): string => `/threads/${threadId}/messages?after=${messageId}&before=${messageId}`,
    ],
    ["get a message", "GET", (): string => `/threads/${threadId}/messages/${messageId}`],
    [
      "update a message",
      "POST",
      (): string => `/threads/${threadId}/messages/${messageId}`,
      { metadata: {} },
    ],
    ["list files", "GET", (): string => "/files"],
    ["list tools", "GET", (): string => `/p/${project.id}/a`],
    ["delete a message", "DELETE", (): string => `/threads/${threadId}/messages/${messageId}`],
    ["delete a thread", "DELETE", (): string => `/threads/${threadId}`],
  ] as const)("%s", async ([, method, path, body], { expect }) => {
    const { status, roundTrips } = await send(method, path(), body);
    expect(status).toBe(200);
    expect(roundTrips).toBe(1);
  });
});
