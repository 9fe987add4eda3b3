/** `GET /admin/health`: all is well, and each thing that can be wrong with what to do about it. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";

import { app } from "../../../src/app";

const SECRETS = { ADMIN_KEY: "operator-secret", OPENAI_API_KEY: "provider-secret" };
const WELL = {
  ...SECRETS,
  OWN_ORIGINS: "https://bobbin.test, https://chat.example.com",
  GUESS_RATE_LIMIT: "20",
  LOG_SAMPLE: "off",
};

async function health(vars: Partial<Env> = {}) {
  const response = await app.request(
    "https://bobbin.test/admin/health",
    { headers: { Authorization: `Bearer ${SECRETS.ADMIN_KEY}` } },
    { ...env, ...WELL, ...vars },
    createExecutionContext(),
  );
  const text = await response.text();
  for (const secret of Object.values(SECRETS)) {
    expect(text).not.toContain(secret);
  }
  const { status, checks } = JSON.parse(text);
  const check = (name: string) => checks.find((one: { name: string }) => one.name === name);
  return { code: response.status, status, checks, check };
}

/** As the platform's own, but for the methods given. */
function changed<Binding extends object>(binding: Binding, methods: Partial<Binding>): Binding {
  return Object.assign(Object.create(binding), methods);
}

const unreachable = () => {
  throw new Error("Network connection lost.");
};

it("is ok where all is well, and leaves no probe behind", async () => {
  const { code, status, checks } = await health();
  expect([code, status]).toEqual([200, "ok"]);
  expect(checks).toEqual([
    { name: "database", status: "ok", detail: "answers", fix: null },
    { name: "migrations", status: "ok", detail: "all applied", fix: null },
    { name: "files", status: "ok", detail: "takes and deletes an object", fix: null },
    { name: "sandbox", status: "ok", detail: "runs code", fix: null },
    { name: "providers", status: "ok", detail: "openai", fix: null },
    { name: "model_aliases", status: "ok", detail: "none", fix: null },
    { name: "model_prices", status: "ok", detail: "none", fix: null },
    { name: "code_interpreter", status: "ok", detail: "refused", fix: null },
    { name: "own_origins", status: "ok", detail: "bobbin.test, chat.example.com", fix: null },
    {
      name: "guess_rate_limit",
      status: "ok",
      detail: "20 wrong credentials a minute and address",
      fix: null,
    },
    { name: "log_sample", status: "ok", detail: "off", fix: null },
  ]);
  expect((await env.FILES.list({ prefix: "health/" })).objects).toEqual([]);
});

describe("says what is wrong, with a 503 where the service cannot serve", () => {
  it("a database that does not answer", async () => {
    const { code, status, check } = await health({
      DB: changed(env.DB, { prepare: unreachable }),
    });
    expect([code, status]).toEqual([503, "fail"]);
    const detail = "Network connection lost.";
    expect(check("database")).toMatchObject({ status: "fail", detail });
    expect(check("database").fix).toContain("binding DB");
    expect(check("files").status).toBe("ok");
  });

  it.each([
    ["WHERE name <> 'data/0006_usage.sql'", 503, "the database lacks data/0006_usage.sql"],
    ["UNION SELECT 'data/9999_later.sql'", 200, "a later release has applied data/9999_later.sql"],
  ])("migrations %s", async (change, expected, detail) => {
    const prepare = (sql: string) =>
      env.DB.prepare(sql.replace(/(FROM d1_migrations)$/, `$1 ${change}`));
    const { code, check } = await health({ DB: changed(env.DB, { prepare }) });
    expect(code).toBe(expected);
    expect(check("migrations")).toMatchObject({ detail, fix: expect.stringMatching(/^Deploy /) });
  });

  it("a runtime without promises of WebAssembly", async () => {
    vi.spyOn(WebAssembly, "Suspending").mockImplementation(function refuse() {
      throw new TypeError("WebAssembly.Suspending is not a constructor");
    });
    const { code, check } = await health();
    vi.restoreAllMocks();
    expect(code).toBe(503);
    expect(check("sandbox")).toMatchObject({ status: "fail" });
    expect(check("sandbox").fix).toContain("JSPI");
    expect((await health()).code).toBe(200);
  });

  it("a bucket that takes nothing", async () => {
    const { code, check } = await health({ FILES: changed(env.FILES, { put: unreachable }) });
    expect(code).toBe(503);
    expect(check("files").fix).toContain("R2 is enabled");
  });

  it.each<[string, string, Partial<Env>, number, string]>([
    ["no provider", "providers", { OPENAI_API_KEY: "" }, 200, "offline alone"],
    ["aliases that are no JSON", "model_aliases", { MODEL_ALIASES: "gpt-4o" }, 200, "no JSON"],
    ["aliases that are no names", "model_aliases", { MODEL_ALIASES: '{"a":1}' }, 200, "no JSON"],
    ["prices that are no JSON", "model_prices", { MODEL_PRICES: "cheap" }, 200, "no JSON"],
    [
      "prices that are none",
      "model_prices",
      { MODEL_PRICES: '{"openai/x": {"input": -1, "output": 0}}' },
      200,
      "no JSON",
    ],
    [
      "a language that there is not",
      "code_interpreter",
      { CODE_INTERPRETER: "python" },
      200,
      "none",
    ],
    ["no own origin", "own_origins", { OWN_ORIGINS: "" }, 200, "not set"],
    ["another origin", "own_origins", { OWN_ORIGINS: "https://a.test" }, 200, "not the host of"],
    ["an origin that is none", "own_origins", { OWN_ORIGINS: "bobbin" }, 503, "no address"],
    ["guessing unlimited", "guess_rate_limit", { GUESS_RATE_LIMIT: "0" }, 200, "off: keys"],
    ["a sample in words", "log_sample", { LOG_SAMPLE: "ten percent" }, 200, "no number"],
  ])("%s", async (_name, name, vars, expected, detail) => {
    const { code, status, check } = await health(vars);
    expect([code, status]).toEqual([expected, expected === 200 ? "warn" : "fail"]);
    expect(check(name).detail).toContain(detail);
    expect(check(name).fix).toMatch(/^\w/);
  });

  it("a limiter that is not bound", async () => {
    const { GUESS_RATE: _, ...unbound } = { ...env, ...WELL };
    const response = await app.request(
      "https://bobbin.test/admin/health",
      { headers: { Authorization: `Bearer ${SECRETS.ADMIN_KEY}` } },
      unbound,
      createExecutionContext(),
    );
    expect(response.status).toBe(503);
    expect(await response.text()).toContain("GUESS_RATE is not bound");
  });
});

it("is for the operator alone", async () => {
  const context = createExecutionContext();
  const ask = (vars: object) => app.request("/admin/health", {}, { ...env, ...vars }, context);
  expect((await ask(WELL)).status).toBe(401);
  expect((await ask({ ADMIN_KEY: "" })).status).toBe(404);
});
