/**
 * As much of Cloudflare's own API as wrangler asks for during a deploy, on loopback: an account that
 * remembers its databases, buckets, migrations and Workers.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

import * as z from "zod";

export interface CloudflareAccount {
  url: string;
  id: string;
  databases: { name: string; uuid: string }[];
  buckets: string[];
  /** Every SQL text sent to a database, with its id. */
  queries: { databaseId: string; sql: string }[];
  /** The bodies of Worker uploads: multipart, metadata and modules. */
  uploads: string[];
  close: () => Promise<void>;
}

type State = Omit<CloudflareAccount, "url" | "id" | "close">;

interface Answer {
  status: number;
  result: unknown;
  error?: { code: number; message: string };
}

const ACCOUNT = { id: "account", name: "A stranger's account" };
const Named = z.object({ name: z.string() });
const Query = z.object({ sql: z.string() });

export async function startCloudflareApi(): Promise<CloudflareAccount> {
  const state: State = { databases: [], buckets: [], queries: [], uploads: [] };
  const server = createServer((request, response) => void serve(state, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    ...state,
    url: `http://127.0.0.1:${port}`,
    id: ACCOUNT.id,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse) {
  let body = "";
  for await (const chunk of request.setEncoding("latin1")) {
    body += String(chunk);
  }
  const path = (request.url ?? "").split("?")[0]?.replace(`/accounts/${ACCOUNT.id}`, "") ?? "";
  const { status, result, error } = answer(state, `${request.method} ${path}`, body);
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(
    JSON.stringify({
      success: error === undefined,
      errors: error === undefined ? [] : [error],
      messages: [],
      result,
    }),
  );
}

function answer(state: State, call: string, body: string): Answer {
  const databaseId = /^POST \/d1\/database\/([^/]+)\/query$/.exec(call)?.[1];
  if (databaseId !== undefined) {
    state.queries.push({ databaseId, sql: Query.parse(JSON.parse(body)).sql });
    return ok([{ results: [], success: true, meta: { duration: 1 } }]);
  }
  if (/^(PUT|POST) \/workers\/scripts\/bobbin(\/versions)?$/.test(call)) {
    state.uploads.push(body);
    return ok({ id: "bobbin", startup_time_ms: 1, available_on_subdomain: true });
  }
  switch (call) {
    case "GET /user/tokens/verify":
      return ok({ id: "token", status: "active" });
    case "GET /user":
      return ok({ id: "user", email: "stranger@example.com" });
    case "GET /accounts":
      return ok([ACCOUNT]);
    case "GET /memberships":
      return ok([{ id: "membership", account: ACCOUNT }]);
    case "GET /d1/database":
      return ok(state.databases);
    case "POST /d1/database":
      return ok(createDatabase(state, Named.parse(JSON.parse(body)).name));
    case "POST /r2/buckets":
      return createBucket(state, Named.parse(JSON.parse(body)).name);
    default:
      return other(state, call);
  }
}

function other(state: State, call: string): Answer {
  const bucket = /^GET \/r2\/buckets\/(.+)$/.exec(call)?.[1];
  if (bucket !== undefined && state.buckets.includes(bucket)) {
    return ok({ name: bucket });
  }
  if (call === "GET /workers/workers/bobbin" && state.uploads.length > 0) {
    return ok({ id: "bobbin", name: "bobbin", subdomain: { enabled: true } });
  }
  if (call === "GET /workers/subdomain") {
    return ok({ subdomain: "stranger" });
  }
  if (call.startsWith("GET ")) {
    return { status: 404, result: null, error: { code: 10007, message: `Nothing at ${call}` } };
  }
  return ok({ enabled: true, previews_enabled: false });
}

function createDatabase(state: State, name: string) {
  const database = { name, uuid: crypto.randomUUID() };
  state.databases.push(database);
  return database;
}

function createBucket(state: State, name: string): Answer {
  if (state.buckets.includes(name)) {
    const message = "The bucket you tried to create already exists, and you own it.";
    return { status: 409, result: null, error: { code: 10004, message } };
  }
  state.buckets.push(name);
  return ok({});
}

function ok(result: unknown): Answer {
  return { status: 200, result };
}
