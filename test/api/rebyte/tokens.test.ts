/**
 * Proves what a session token may and may not do, by either way of minting. How long an isolate
 * trusts what it has looked up is shown with a clock moved by hand.
 */
import { afterEach, beforeAll, describe, it, vi } from "vitest";

import { KEY, TOKEN } from "../../../src/limits";
import { call } from "../../support/call";
import { type TestProject, makeKey, makeProject } from "../../support/project";
import { mintToken, signByHand } from "../../support/tokens";
import { chatActions, makeTool } from "../../support/tool";

const SECOND_MS = 1000;

let project: TestProject;
let secret: { id: string; secret: string };

beforeAll(async () => {
  project = await makeProject();
  secret = (await call("/api/sdk/signing-secrets", { key: project.key, json: {} })).json;
});

afterEach(() => {
  vi.useRealTimers();
});

function claimsOf(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / SECOND_MS);
  return {
    aud: project.id,
    sub: "ada",
    iat: now,
    exp: now + 600,
    thread: "own",
    tools: [],
    verbs: ["threads:create", "threads:read"],
    ...changes,
  };
}

const header = () => ({ alg: "HS256", typ: "JWT", kid: secret.id });

async function statusOf(token: string): Promise<number> {
  return (await call("/api/sdk/threads", { key: token, json: {} })).status;
}

describe("a minted token", () => {
  it("that lists no tool is told so of every tool, there or not", async ({ expect }) => {
    const token = await mintToken(project.key, { end_user_id: "ada", verbs: ["runs:create"] });
    for (const tool of [await makeTool(project.id, chatActions({})), "0".repeat(20)]) {
      const path = `/api/sdk/p/${project.id}/a/${tool}/r`;
      const refused = await call(path, { key: token, json: {} });
      expect(refused.status).toBe(404);
      expect(refused.json.error).toMatchObject({
        type: "app_not_found",
        message: `There is no tool "${tool}" within this token's reach: its \`tools\` list what it may run.`,
      });
    }
  });

  it("that has expired is told so in the words of each dialect", async ({ expect }) => {
    const token = await signByHand(
      header(),
      claimsOf({ iat: 1_700_000_000, exp: 1_700_000_600 }),
      secret.secret,
    );
    const said = async (path: string): Promise<string> => {
      const { error, message } = (await call(path, { key: token })).json;
      return error?.message ?? message;
    };
    expect(
      await Promise.all(["/api/sdk/threads", "/v1/threads", "/openai/v1/runs"].map(said)),
    ).toEqual([
      "This session token is expired.",
      "This session token is expired.",
      "Incorrect API key provided: the session token is expired.",
    ]);
  });

  it("is for tools that the project has", async ({ expect }) => {
    const tool = await makeTool(project.id, chatActions());
    const ask = (tools: string[]) =>
      call("/api/sdk/tokens", { key: project.key, json: { end_user_id: "ada", tools } });
    expect((await ask([tool])).status).toBe(200);
    const foreign = await makeTool((await makeProject()).id, chatActions());
    const refused = await ask([tool, foreign]);
    expect([refused.status, refused.json.error.message]).toEqual([
      400,
      "tools[1] is no tool of this project.",
    ]);
  });

  it("makes a thread that its end user alone, and the project's keys, can read", async ({
    expect,
  }) => {
    const ada = await mintToken(project.key, { end_user_id: "ada" });
    const bob = await mintToken(project.key, { end_user_id: "bob" });
    const made = await call("/api/sdk/threads", { key: ada, json: {} });
    const path = `/api/sdk/threads/${made.json.id}`;
    expect((await call(path, { key: ada })).status).toBe(200);
    expect((await call(path, { key: project.key })).status).toBe(200);
    const foreign = await call(path, { key: bob });
    const never = await call("/api/sdk/threads/V1StGXR8_Z5jdHi6B-myT", { key: bob });
    expect([foreign.status, foreign.json.error.type]).toEqual([404, never.json.error.type]);
  });

  it("reads the one thread that it names, and no other", async ({ expect }) => {
    const [named, other] = await Promise.all(
      ["named", "other"].map((user) =>
        call("/api/sdk/threads", { key: project.key, json: { metadata: { user } } }),
      ),
    );
    const token = await mintToken(project.key, {
      end_user_id: "ada",
      thread: { id: named?.json.id },
    });
    expect((await call(`/api/sdk/threads/${named?.json.id}`, { key: token })).status).toBe(200);
    expect((await call(`/api/sdk/threads/${other?.json.id}`, { key: token })).status).toBe(404);
    expect(await statusOf(token)).toBe(403);
  });

  it("is refused where its verbs do not list the call", async ({ expect }) => {
    const token = await mintToken(project.key, { end_user_id: "ada", verbs: ["threads:read"] });
    const refused = await call("/api/sdk/threads", { key: token, json: {} });
    expect(refused.status).toBe(403);
    expect(refused.json.error.message).toContain("threads:create");
  });

  it("runs a tool on no thread that it does not see, and makes none by naming it", async ({
    expect,
  }) => {
    const tool = await makeTool(project.id, chatActions());
    const path = `/api/sdk/p/${project.id}/a/${tool}/r`;
    const named = await call("/api/sdk/threads", { key: project.key, json: {} });
    const bound = { end_user_id: "ada", tools: [tool], thread: { id: named.json.id } };
    for (const request of [bound, { ...bound, thread: "own" }]) {
      const key = await mintToken(project.key, request);
      const refused = await call(path, { key, json: { thread_id: "made-by-a-token" } });
      expect(refused.json.error.type).toBe("thread_not_found");
    }
    const made = await call("/api/sdk/threads/made-by-a-token", { key: project.key });
    expect(made.status).toBe(404);
    const rows = { thread_id: named.json.id, inputs: [{}, {}] };
    const further = await call(path, { key: await mintToken(project.key, bound), json: rows });
    expect(further.status).toBe(403);
  });

  it("cannot mint, revoke or see secrets, whatever it lists", async ({ expect }) => {
    const token = await mintToken(project.key, { end_user_id: "ada" });
    const tries = await Promise.all([
      call("/api/sdk/tokens", { key: token, json: { end_user_id: "bob" } }),
      call("/api/sdk/tokens/revoke", { key: token, json: {} }),
      call("/api/sdk/signing-secrets", { key: token }),
    ]);
    expect(tries.map(({ status }) => status)).toEqual([403, 403, 403]);
  });

  it("grants no verb whose scope the minting key lacks", async ({ expect }) => {
    const key = await makeKey(project.id, { scopes: ["read", "write"] });
    const refused = await call("/api/sdk/tokens", {
      key,
      json: { end_user_id: "ada", verbs: ["runs:create"] },
    });
    expect(refused.status).toBe(403);
    expect(refused.json.error.message).toContain('"run"');
  });

  it("lives a day at most", async ({ expect }) => {
    const tries = await Promise.all(
      [TOKEN.maxLifeSeconds, TOKEN.maxLifeSeconds + 1].map((life) =>
        call("/api/sdk/tokens", {
          key: project.key,
          json: { end_user_id: "ada", expires_in: life },
        }),
      ),
    );
    expect(tries.map(({ status }) => status)).toEqual([200, 400]);
  });
});

describe("a token signed by the customer's backend", () => {
  it("is as good as a minted one", async ({ expect }) => {
    expect(await statusOf(await signByHand(header(), claimsOf(), secret.secret))).toBe(200);
  });

  it.for<[string, Record<string, unknown>, Record<string, unknown>, string?]>([
    ["a wrong secret", {}, {}, "bss_guess"],
    ["no kid", { kid: undefined }, {}],
    ["an unknown kid", { kid: "0".repeat(20) }, {}],
    ["alg none", { alg: "none" }, {}],
    ["another algorithm", { alg: "HS512" }, {}],
    ["another project", {}, { aud: "0".repeat(20) }],
    ["no end", {}, { exp: undefined }],
    ["a life of more than a day", {}, { exp: Math.floor(Date.now() / SECOND_MS) + 90_000 }],
    ["a birth in the future", {}, { iat: Math.floor(Date.now() / SECOND_MS) + 300 }],
    ["an end in the past", {}, { iat: 1_700_000_000, exp: 1_700_000_600 }],
    ["an unknown verb", {}, { verbs: ["threads:create", "everything"] }],
    ["a claim nobody reads", {}, { admin: true }],
    ["an end user with NUL", {}, { sub: "ada\0" }],
    ["an end user with half a surrogate pair", {}, { sub: "ada\ud83d" }],
    ["a claim to come after what is still to come", {}, { after: Date.now() + 300_000 }],
  ])("is refused with %s", async ([, headerChanges, claimChanges, key], { expect }) => {
    const token = await signByHand(
      { ...header(), ...headerChanges },
      claimsOf(claimChanges),
      key ?? secret.secret,
    );
    const refused = await call("/api/sdk/threads", { key: token, json: {} });
    expect(refused.status).toBe(401);
    expect(refused.json.error.type).toBe("invalid_api_key_error");
  });

  it("is refused when a character of it was changed", async ({ expect }) => {
    const [head, , signature] = (await signByHand(header(), claimsOf(), secret.secret)).split(".");
    const [, other] = (await signByHand(header(), claimsOf({ sub: "eve" }), secret.secret)).split(
      ".",
    );
    expect(await statusOf(`${head}.${other}.${signature}`)).toBe(401);
  });
});

function signForFay(changes: Record<string, unknown> = {}): Promise<string> {
  return signByHand(header(), claimsOf({ sub: "fay", ...changes }), secret.secret);
}

describe("revocation and rotation", () => {
  it("ends all tokens of one end user within a minute, and of nobody else", async ({ expect }) => {
    const [old, others] = await Promise.all(
      ["carol", "dave"].map((user) => mintToken(project.key, { end_user_id: user })),
    );
    expect(await statusOf(old ?? "")).toBe(200);
    await call("/api/sdk/tokens/revoke", { key: project.key, json: { end_user_id: "carol" } });
    const fresh = await mintToken(project.key, { end_user_id: "carol" });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + KEY.cacheMs + SECOND_MS });
    expect(await statusOf(old ?? "")).toBe(401);
    expect(await statusOf(others ?? "")).toBe(200);
    expect(await statusOf(fresh)).toBe(200);
  });

  it("ends what a clock that runs ahead has signed before, and lets on what came after", async ({
    expect,
  }) => {
    const startMs = Date.now();
    const ahead = Math.floor((startMs + TOKEN.clockSkewMs) / SECOND_MS) - 1;
    const before = [await signForFay({ iat: ahead }), await signForFay({ after: startMs - 1 })];
    expect(await Promise.all(before.map(statusOf))).toEqual([200, 200]);
    vi.useFakeTimers({ toFake: ["Date"], now: startMs + SECOND_MS });
    await call("/api/sdk/tokens/revoke", { key: project.key, json: { end_user_id: "fay" } });
    vi.setSystemTime(startMs + KEY.cacheMs + 2 * SECOND_MS);
    const after = [
      await signForFay({ after: Date.now() }),
      await mintToken(project.key, { end_user_id: "fay" }),
    ];
    expect(await Promise.all(before.map(statusOf))).toEqual([401, 401]);
    expect(await Promise.all(after.map(statusOf))).toEqual([200, 200]);
    vi.setSystemTime(startMs + TOKEN.clockSkewMs + KEY.cacheMs + 3 * SECOND_MS);
    expect(await statusOf(await signForFay())).toBe(200);
    expect(await Promise.all(before.map(statusOf))).toEqual([401, 401]);
  });

  it("ends the tokens of everybody where it says so, and of nobody by an empty body", async ({
    expect,
  }) => {
    const { key } = await makeProject();
    const token = await mintToken(key, { end_user_id: "gil" });
    const path = "/api/sdk/tokens/revoke";
    for (const json of [{}, { end_user_id: "gil", all: true }, { all: false }]) {
      const refused = await call(path, { key, json });
      expect([refused.status, refused.json.error.type]).toEqual([400, "invalid_request_error"]);
    }
    expect(await statusOf(token)).toBe(200);
    expect((await call(path, { key, json: { all: true } })).status).toBe(200);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + KEY.cacheMs + SECOND_MS });
    expect(await statusOf(token)).toBe(401);
  });

  it.for(["ada\0", "ada\ud83d"])("mints none for the end user %j", async (user, { expect }) => {
    const refused = await call("/api/sdk/tokens", {
      key: project.key,
      json: { end_user_id: user },
    });
    expect(refused.status).toBe(400);
  });

  it("keeps the tokens of a replaced secret for the overlap, and not longer", async ({
    expect,
  }) => {
    const { key } = await makeProject();
    const token = await mintToken(key, { end_user_id: "erin", expires_in: 600 });
    await call("/api/sdk/signing-secrets", { key, json: { overlap: 120 } });
    const after = await mintToken(key, { end_user_id: "erin", expires_in: 600 });
    const startMs = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: startMs + 60 * SECOND_MS });
    expect(await statusOf(token)).toBe(200);
    vi.setSystemTime(startMs + 180 * SECOND_MS);
    expect(await statusOf(token)).toBe(401);
    expect(await statusOf(after)).toBe(200);
  });

  it("retires one secret at once, of one's own project alone", async ({ expect }) => {
    const { key } = await makeProject();
    const made = await call("/api/sdk/signing-secrets", { key, json: {} });
    const path = `/api/sdk/signing-secrets/${made.json.id}`;
    expect((await call(path, { key: project.key, method: "DELETE" })).status).toBe(404);
    expect((await call(path, { key, method: "DELETE" })).status).toBe(200);
    const listed = await call("/api/sdk/signing-secrets", { key });
    expect(listed.json.list[0].retires_at).not.toBeNull();
    expect(listed.text).not.toContain(made.json.secret);
  });
});
