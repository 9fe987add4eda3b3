/**
 * As much of Cloudflare's own API as a deploy asks for, on loopback: an account that remembers its
 * databases, buckets and Workers, runs SQL on real D1, cuts queries as D1's server is reported to,
 * takes files in whole or not at all, and answers with the documented errors.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";

import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import * as z from "zod";

import { splitMigration } from "../../scripts/local/migrations.ts";
import { splitAsD1 } from "./split-as-d1.ts";

/** Where the account differs from a fresh one on the Free plan. */
interface AccountOptions {
  subdomain?: string | null;
  r2?: boolean;
  paid?: boolean;
  zones?: string[];
  /** Names of further accounts that the login sees. */
  others?: string[];
  /** D1 stops before a file is through. */
  importFails?: boolean;
  /** Where the data of the database is: a server on the same folder then serves it. */
  stateDir?: string;
}

export interface CloudflareAccount {
  url: string;
  id: string;
  databases: { name: string; uuid: string; primary_location_hint?: string | undefined }[];
  /** Keys of the objects of each bucket. */
  buckets: Map<string, string[]>;
  /** Bodies of Worker uploads: multipart, metadata and modules. */
  uploads: string[];
  /** The bodies of uploads of assets, one behind the other: multipart, each file in Base64. */
  assets: string;
  /** Bindings of the Worker `bobbin` as it stands, secrets among them; null before an upload. */
  bindings: Binding[] | null;
  /** Domains that the Worker is served at. */
  domains: string[];
  /** Every call that is no GET, e.g. `POST /d1/database`. */
  changes: string[];
  options: AccountOptions;
  /** Runs SQL on the account's database past all limits. */
  sql: (text: string) => Promise<Record<string, unknown>[]>;
  close: () => Promise<void>;
}

interface Binding {
  type: string;
  name: string;
  text?: string;
}

interface State {
  account: CloudflareAccount;
  db: () => Promise<D1Database>;
  /** The file of SQL that was uploaded last. */
  file: string;
}

interface Answer {
  status: number;
  result: unknown;
  error?: { code: number; message: string };
  etag?: string;
}

/** That of wrangler.toml, so that a local server finds the database. */
const LOCAL_DATABASE_ID = "00000000-0000-0000-0000-000000000000";
const ACCOUNT = { id: "account", name: "A stranger's account" };
const Named = z.object({
  name: z.string(),
  primary_location_hint: z.string().optional(),
});
const Manifest = z.object({ manifest: z.record(z.string(), z.object({ hash: z.string() })) });
/** A JWT of no claims. */
const ASSETS_TOKEN = "e30.e30.e30";
const Domains = z.object({ origins: z.array(z.object({ hostname: z.string() })) });
const Query = z.object({ sql: z.string() });
const Import = z.object({
  action: z.enum(["init", "ingest", "poll"]),
  etag: z.string().optional(),
});
const Metadata = z.object({
  bindings: z.array(
    z.looseObject({ type: z.string(), name: z.string(), text: z.string().optional() }),
  ),
  limits: z.object({ cpu_ms: z.int() }).optional(),
});

export async function startCloudflareApi(options: AccountOptions = {}): Promise<CloudflareAccount> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: "export default {}",
      cf: false,
      d1Databases: { DB: LOCAL_DATABASE_ID },
      ...(options.stateDir && { resourcePersistencePath: path.join(options.stateDir, "v3") }),
    }),
  );
  const db = (): Promise<D1Database> => miniflare.getD1Database("DB");
  const server = createServer((request, response) => void serve(state, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const account: CloudflareAccount = {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    id: ACCOUNT.id,
    databases: [],
    buckets: new Map(),
    uploads: [],
    assets: "",
    bindings: null,
    domains: [],
    changes: [],
    options,
    sql: async (text) => (await (await db()).prepare(text).all()).results,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      await miniflare.dispose();
    },
  };
  const state: State = { account, db, file: "" };
  return account;
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse) {
  let body = "";
  for await (const chunk of request.setEncoding("latin1")) {
    body += String(chunk);
  }
  const url = new URL(request.url ?? "", "http://account");
  const call = `${request.method} ${url.pathname.replace(`/accounts/${ACCOUNT.id}`, "")}`;
  if (!call.startsWith("GET ")) {
    state.account.changes.push(call);
  }
  const { status, result, error, etag } = await answer(state, call, body, url.searchParams);
  response.writeHead(status, {
    "Content-Type": "application/json",
    ...(etag !== undefined && { ETag: etag }),
  });
  const errors = error === undefined ? [] : [error];
  response.end(JSON.stringify({ success: errors.length === 0, errors, messages: [], result }));
}

async function answer(
  state: State,
  call: string,
  body: string,
  query: URLSearchParams,
): Promise<Answer> {
  const { account } = state;
  const [, kind] = /^POST \/d1\/database\/[^/]+\/(query|import)$/.exec(call) ?? [];
  if (kind === "query") {
    return runQuery(state, Query.parse(JSON.parse(body)).sql);
  }
  if (kind === "import") {
    return runImport(state, Import.parse(JSON.parse(body)));
  }
  switch (call) {
    case "PUT /upload":
      state.file = Buffer.from(body, "latin1").toString("utf8");
      return { ...ok({}), etag: query.get("etag") ?? "" };
    case "PUT /workers/scripts/bobbin":
    case "POST /workers/scripts/bobbin/versions":
      return upload(account, body);
    case "GET /zones":
      return listZones(account, query.get("name"));
    default:
      return keeping(account, call, body) ?? signedIn(account, call) ?? other(account, call);
  }
}

function keeping(account: CloudflareAccount, call: string, body: string): Answer | undefined {
  switch (call) {
    case "GET /d1/database":
      return ok(account.databases);
    case "POST /d1/database":
      return ok(createDatabase(account, Named.parse(JSON.parse(body))));
    case "POST /workers/scripts/bobbin/assets-upload-session":
      return askForAssets(body);
    case "POST /workers/assets/upload":
      account.assets += body;
      return { ...ok({ jwt: ASSETS_TOKEN }), status: 201 };
    case "PUT /workers/scripts/bobbin/domains/records":
      account.domains = Domains.parse(JSON.parse(body)).origins.map(({ hostname }) => hostname);
      return ok([]);
    case "POST /workers/scripts/bobbin/domains/changeset":
      return ok({ added: [], removed: [], updated: [], conflicting: [] });
    case "POST /r2/buckets":
      return createBucket(account, Named.parse(JSON.parse(body)).name);
    default:
      return undefined;
  }
}

function listZones({ options }: CloudflareAccount, name: string | null): Answer {
  const found = (options.zones ?? []).filter((zone) => zone === name);
  return ok(found.map((zone) => ({ id: "zone", name: zone })));
}

function signedIn({ options }: CloudflareAccount, call: string): Answer | undefined {
  switch (call) {
    case "GET /user/tokens/verify":
      return ok({ id: "token", status: "active" });
    case "GET /user":
      return ok({ id: "user", email: "stranger@example.com" });
    case "GET /accounts":
      return ok([
        ACCOUNT,
        ...(options.others ?? []).map((name) => ({ id: `id-of-${name}`, name })),
      ]);
    case "GET /memberships":
      return ok([{ id: "membership", account: ACCOUNT }]);
    default:
      return undefined;
  }
}

function other(account: CloudflareAccount, call: string): Answer {
  const [, bucket, objects] = /^GET \/r2\/buckets\/([^/]+)(\/objects)?$/.exec(call) ?? [];
  if (bucket !== undefined && account.options.r2 === false) {
    return refused(403, 10_042, "Please enable R2 through the Cloudflare Dashboard.");
  }
  const keys = account.buckets.get(bucket ?? "");
  if (keys !== undefined) {
    return ok(objects === undefined ? { name: bucket } : keys.map((key) => ({ key })));
  }
  const { subdomain = "stranger" } = account.options;
  if (call === "GET /workers/subdomain" && subdomain !== null) {
    return ok({ subdomain });
  }
  if (call.startsWith("GET ")) {
    return standingWorker(account, call) ?? refused(404, 10_007, `Nothing at ${call}`);
  }
  return ok({ enabled: true, previews_enabled: false });
}

function standingWorker({ bindings }: CloudflareAccount, call: string): Answer | undefined {
  if (bindings === null) {
    return undefined;
  }
  switch (call) {
    case "GET /workers/workers/bobbin":
      return ok({ id: "bobbin", name: "bobbin", subdomain: { enabled: true } });
    case "GET /workers/scripts/bobbin/settings":
      return ok({ bindings });
    default:
      return undefined;
  }
}

/** All of them, at every upload. */
function askForAssets(body: string): Answer {
  const { manifest } = Manifest.parse(JSON.parse(body));
  return ok({ jwt: ASSETS_TOKEN, buckets: [Object.values(manifest).map(({ hash }) => hash)] });
}

function createDatabase(account: CloudflareAccount, { name, ...where }: z.infer<typeof Named>) {
  const database = { name, uuid: crypto.randomUUID(), ...where };
  account.databases.push(database);
  return database;
}

function createBucket({ buckets }: CloudflareAccount, name: string): Answer {
  if (buckets.has(name)) {
    return refused(409, 10_004, "The bucket you tried to create already exists, and you own it.");
  }
  buckets.set(name, []);
  return ok({});
}

function upload(account: CloudflareAccount, body: string): Answer {
  const json = /name="metadata"[^{]*(\{.*\})\r\n/.exec(body)?.[1] ?? "";
  const { bindings, limits } = Metadata.parse(JSON.parse(json));
  if (limits !== undefined && account.options.paid !== true) {
    return refused(400, 100_328, "CPU limits are not supported for the Free plan.");
  }
  const secrets = (account.bindings ?? []).filter(({ type }) => type === "secret_text");
  account.uploads.push(body);
  account.bindings = [
    ...bindings.map(({ type, name, text }) => ({
      type,
      name,
      ...(text !== undefined && { text }),
    })),
    ...secrets,
  ];
  return ok({ id: "bobbin", startup_time_ms: 1, available_on_subdomain: true });
}

/** What ran before the statement that fails stays. */
async function runQuery({ db }: State, sql: string): Promise<Answer> {
  const database = await db();
  const results: unknown[] = [];
  for (const statement of splitAsD1(sql, { comments: true })) {
    try {
      const { results: rows } = await database.prepare(statement).all();
      results.push({ results: rows, success: true, meta: { duration: 1 } });
    } catch (error) {
      return refused(400, 7500, error instanceof Error ? error.message : String(error));
    }
  }
  return ok(results);
}

async function runImport(state: State, { action, etag }: z.infer<typeof Import>): Promise<Answer> {
  const told = { success: true, type: "import", messages: [], errors: [], at_bookmark: "1" };
  if (action === "init") {
    const uploadUrl = `${state.account.url}/upload?etag=${etag}`;
    return ok({ ...told, status: "active", filename: "file.sql", upload_url: uploadUrl });
  }
  if (state.account.options.importFails === true) {
    return ok({ ...told, status: "error", errors: ["D1 was reset"] });
  }
  const database = await state.db();
  const statements = splitMigration(state.file);
  try {
    await database.batch(statements.map((sql) => database.prepare(sql)));
  } catch (error) {
    return ok({ ...told, status: "error", errors: [String(error)] });
  }
  const meta = { duration: 1, rows_read: 0, rows_written: 0, size_after: 1 };
  const result = { num_queries: statements.length, final_bookmark: "2", meta };
  return ok({ ...told, status: "complete", result });
}

function refused(status: number, code: number, message: string): Answer {
  return { status, result: null, error: { code, message } };
}

function ok(result: unknown): Answer {
  return { status: 200, result };
}
