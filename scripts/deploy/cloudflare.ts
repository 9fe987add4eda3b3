/** Cloudflare's API, with whatever login wrangler has, for what wrangler has no command for. */
import process from "node:process";

import * as z from "zod";

import { UserError } from "../local/settings.ts";
import { wrangler } from "../local/wrangler.ts";

const DEFAULT_BASE_URL = "https://api.cloudflare.com/client/v4";
const ANSWER_WITHIN_MS = 60_000;
const NEXT_STEP =
  "Look at this machine's network (its DNS, a VPN, a firewall) and at CLOUDFLARE_API_BASE_URL where it is set, and deploy again: what is done already stays, and is found again.";

/** Codes of Cloudflare's API that name one cause. */
export const CODE = {
  /** R2 has not been enabled for the account. */
  r2Disabled: 10_042,
  /** The bucket is there already, and one's own. */
  bucketExists: 10_004,
} as const;

const Login = z.discriminatedUnion("type", [
  z.object({ type: z.enum(["oauth", "api_token"]), token: z.string() }),
  z.object({ type: z.literal("api_key"), key: z.string(), email: z.string() }),
]);
const Reply = z.object({
  success: z.boolean(),
  errors: z.array(z.object({ code: z.int(), message: z.string() })).default([]),
  result: z.unknown(),
});
const Accounts = z.array(z.object({ id: z.string(), name: z.string() }));
const QueryResult = z.array(z.object({ results: z.array(z.record(z.string(), z.unknown())) }));

export interface Cloudflare {
  accountId: string;
  /** Beneath the account, e.g. `/d1/database`. Null where there is no such thing. */
  find: <T>(path: string, result: z.ZodType<T>) => Promise<T | null>;
  /** Beneath the API's root. */
  list: <T>(path: string, result: z.ZodType<T>) => Promise<T>;
  post: <T>(path: string, body: object, result: z.ZodType<T>) => Promise<T>;
  /** One statement, or several that hold no trigger; the rows of the first. */
  query: (databaseId: string, sql: string) => Promise<Record<string, unknown>[]>;
}

/** What the API has refused: `message` says which call and its reason. */
export class CloudflareError extends UserError {
  override name = "CloudflareError";
  readonly status: number;
  readonly codes: readonly number[];

  constructor(message: string, status: number, codes: readonly number[]) {
    super(message);
    this.status = status;
    this.codes = codes;
  }
}

/** There is no login: nothing of an account can be looked at. */
export class NoLoginError extends UserError {
  override name = "NoLoginError";
}

/**
 * Logs in and chooses the account, for this process and the wranglers that it starts.
 *
 * @throws UserError where there is no login, or none of one account.
 */
export async function openCloudflare(): Promise<Cloudflare> {
  const headers = readLogin();
  const call = (method: string, path: string, body?: object) => ask(headers, method, path, body);
  const accountId = await chooseAccount(call);
  process.env["CLOUDFLARE_ACCOUNT_ID"] = accountId;
  const account = `/accounts/${accountId}`;
  return {
    accountId,
    find: async (path, result) => {
      try {
        return result.parse(await call("GET", account + path));
      } catch (error) {
        if (error instanceof CloudflareError && error.status === 404) {
          return null;
        }
        throw error;
      }
    },
    list: async (path, result) => result.parse(await call("GET", path)),
    post: async (path, body, result) => result.parse(await call("POST", account + path, body)),
    query: async (databaseId, sql) => {
      const rows = await call("POST", `${account}/d1/database/${databaseId}/query`, { sql });
      return QueryResult.parse(rows)[0]?.results ?? [];
    },
  };
}

type Call = (method: string, path: string, body?: object) => Promise<unknown>;

function readLogin(): Record<string, string> {
  const said = wrangler(["auth", "token", "--json"], "capture");
  if (!said.ok) {
    throw new NoLoginError(
      "Cloudflare does not know you yet. Run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN, and deploy again.",
    );
  }
  const login = Login.parse(JSON.parse(said.stdout));
  return login.type === "api_key"
    ? { "X-Auth-Key": login.key, "X-Auth-Email": login.email }
    : { Authorization: `Bearer ${login.token}` };
}

async function chooseAccount(call: Call): Promise<string> {
  const chosen = process.env["CLOUDFLARE_ACCOUNT_ID"];
  if (chosen) {
    return chosen;
  }
  const accounts = Accounts.parse(await call("GET", "/accounts?per_page=50"));
  const [first, ...others] = accounts;
  if (first === undefined) {
    throw new UserError(
      "This login sees no account. Give its id: CLOUDFLARE_ACCOUNT_ID=… npm run deploy",
    );
  }
  if (others.length > 0) {
    const choice = accounts.map(({ id, name }) => `  ${id}  ${name}`).join("\n");
    throw new UserError(
      `This login sees several accounts. Choose one: CLOUDFLARE_ACCOUNT_ID=… npm run deploy\n${choice}`,
    );
  }
  return first.id;
}

async function ask(
  headers: Record<string, string>,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const base = process.env["CLOUDFLARE_API_BASE_URL"] ?? DEFAULT_BASE_URL;
  const response = await fetch(base + path, {
    method,
    // A connection that was kept would be closed by the time that wrangler has done its part.
    headers: { ...headers, "Content-Type": "application/json", Connection: "close" },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    ...(body && { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new UserError(
      `Cloudflare's API at ${base} cannot be reached: ${reason(error)}. ${NEXT_STEP}`,
    );
  });
  const reply = Reply.safeParse(await response.json().catch(() => null));
  if (reply.data?.success === true) {
    return reply.data.result;
  }
  throw refusal(`${method} ${path}`, response.status, reply.data?.errors ?? []);
}

function refusal(call: string, status: number, errors: { code: number; message: string }[]) {
  const why = errors.map(({ code, message }) => `${message} [code: ${code}]`).join(", ");
  const hint =
    status === 401 || status === 403
      ? "\nThe login may not do that. Run `npx wrangler login` again, or give the API token these permissions: Workers Scripts, D1 and Workers R2 Storage (edit), Account Settings and Zone (read)."
      : status === 429 || status >= 500
        ? "\nThat is Cloudflare's own trouble: deploy again in some minutes (https://www.cloudflarestatus.com). What is done already stays, and is found again."
        : "";
  return new CloudflareError(
    `Cloudflare refuses ${call}: ${why || `status ${status}`}${hint}`,
    status,
    errors.map(({ code }) => code),
  );
}

function reason(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}
