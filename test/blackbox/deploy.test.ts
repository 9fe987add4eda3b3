/**
 * `npm run deploy` with the real wrangler against an account on loopback, and the check at its end
 * against a server on the account's database. Proves what is asked, created, migrated, uploaded and
 * said; does not prove that Cloudflare accepts it.
 */
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { deployConfig, readConfig } from "../../scripts/deploy/config.ts";
import { checkHealth } from "../../scripts/deploy/health.ts";
import { withSmokeProject } from "../../scripts/deploy/smoke-project.ts";
import { smoke } from "../../scripts/deploy/smoke.ts";
import { readMigrations } from "../../scripts/local/migrations.ts";
import { configPath, root } from "../../scripts/local/settings.ts";
import { MIGRATION_NAMES } from "../../src/store/migration-names.ts";
import { startCloudflareApi } from "../support/cloudflare-api.ts";
import type { CloudflareAccount } from "../support/cloudflare-api.ts";
import { DEPLOYMENT_FAULTS, breakStep, queryOf } from "../support/deployment-faults.ts";
import { freePort, runScript, startServer, temporaryStateDir } from "../support/local-server.ts";
import type { LocalServer } from "../support/local-server.ts";
import { openProxy } from "../support/meddling-proxy.ts";

const ADMIN_KEY = "the operator's secret";

async function deploy(account: CloudflareAccount, ...args: string[]) {
  const { exitCode, output } = runScript(["run", "deploy", "--", ...args], {
    CLOUDFLARE_API_BASE_URL: account.url,
    CLOUDFLARE_API_TOKEN: "a-token",
    CLOUDFLARE_ACCOUNT_ID: "",
    ADMIN_KEY,
  });
  return { code: await exitCode, output: output() };
}

function uploadedFiles({ assets }: CloudflareAccount): string[] {
  return assets
    .split("\r\n")
    .filter((line) => line.length >= 100 && !/[^\w+/=]/.test(line))
    .map((part) => Buffer.from(part, "base64").toString("utf8"));
}

describe("into a fresh account", () => {
  let state: Awaited<ReturnType<typeof temporaryStateDir>>;
  let account: CloudflareAccount;
  let server: LocalServer;
  let configBefore: string;
  let projectsBefore: unknown;
  beforeAll(async () => {
    state = await temporaryStateDir();
    account = await startCloudflareApi({ stateDir: state.dir, paid: true });
    configBefore = await readFile(configPath, "utf8");
  });
  afterAll(async () => {
    await server.stop();
    await account.close();
    await state.remove();
  });

  it("says in a dry run what it would do, and changes nothing", async () => {
    const { code, output } = await deploy(account, "--dry-run");

    expect(output).toContain("create the D1 database bobbin");
    expect(output).toContain("create the R2 bucket bobbin-files");
    expect(output).toContain(`apply the migrations ${MIGRATION_NAMES.join(", ")}`);
    expect(output).toContain("upload the Worker bobbin");
    expect(output).toContain("https://bobbin.stranger.workers.dev");
    expect(code).toBe(0);
    expect(account.changes).toEqual([]);
  });

  it("creates, migrates and uploads, and says what is wrong with an upload that is refused", async () => {
    account.options.paid = false;
    const { code, output } = await deploy(account, "--paid", "--location", "weur");

    expect(output).toContain("npm run deploy -- --no-paid");
    expect(code).toBe(1);
    expect(account.databases).toMatchObject([{ name: "bobbin", primary_location_hint: "weur" }]);
    expect([...account.buckets.keys()]).toEqual(["bobbin-files"]);
    const applied = await account.sql("SELECT name FROM d1_migrations ORDER BY name");
    expect(applied.map(({ name }) => name)).toEqual(readMigrations().map(({ name }) => name));
    expect(account.uploads).toEqual([]);
  });

  it("goes on from there, tries what it has deployed, and says what to do next", async () => {
    account.options.paid = true;
    const env = { ADMIN_KEY };
    server = await startServer({ script: "start", stateDir: state.dir, env });
    projectsBefore = await account.sql("SELECT id FROM projects");
    const args = ["--paid", "--location", "weur", "--url", server.url];
    const { code, output } = await deploy(account, ...args);

    for (const step of ["thread", "file up and down", "message", "run with code", "stream"]) {
      expect(output).toContain(`  ${step}: right`);
    }
    expect(output).toContain("  cancel: right");
    expect(output).toContain("health, providers: warn: offline alone");
    expect(output).toContain("health, guess_rate_limit: warn: off");
    expect(output).toContain("  health: serves; see above");
    expect(output).not.toContain(ADMIN_KEY);
    expect(output).toContain("npx wrangler secret put ADMIN_KEY --name bobbin");
    expect(code).toBe(0);
    expect(account.databases).toHaveLength(1);
    expect(account.uploads).toHaveLength(1);
    expect(account.uploads[0]).toContain(account.databases[0]?.uuid);
    expect(account.uploads[0]).toContain('"cpu_ms":300000');
    expect(account.uploads[0]).toContain('"mode":"smart"');
    expect(account.bindings).toContainEqual(
      expect.objectContaining({ name: "OBJECT_LOCATION", text: "weur" }),
    );
    const text = `https://bobbin.stranger.workers.dev,${server.url}`;
    expect(account.bindings).toContainEqual(expect.objectContaining({ name: "OWN_ORIGINS", text }));
  });

  it("uploads the reference beforehand, for the address that it is for", () => {
    const files = uploadedFiles(account);

    const document = files.findLast((file) => file.startsWith('{"openapi":"3.1'));
    expect(document?.includes(`curl ${server.url}/api/sdk/threads`)).toBe(true);
    expect(files.some((file) => file.includes("API reference</title>"))).toBe(true);
    expect(files.some((file) => file.includes('"guide-streams"'))).toBe(true);
    expect(account.uploads[0]).toContain("Content-Security-Policy".toLowerCase());
  });

  it("uploads the studio, which the Worker hands out where STUDIO says so", () => {
    const files = uploadedFiles(account);

    expect(files.some((file) => file.includes("<title>Bobbin studio"))).toBe(true);
    expect(account.uploads[0]).toContain('"/studio/*"');
    const text = "off";
    expect(account.bindings).toContainEqual(expect.objectContaining({ name: "STUDIO", text }));
  });

  it("leaves nothing of its check behind", async () => {
    expect(await account.sql("SELECT id FROM projects")).toEqual(projectsBefore);
    for (const table of ["threads", "messages", "files", "runs", "usage_counters", "usage_days"]) {
      expect([table, await account.sql(`SELECT * FROM ${table}`)]).toEqual([table, []]);
    }
    expect(await account.sql("SELECT * FROM api_keys WHERE id = 'deploy'")).toEqual([]);
  });

  it("changes nothing the next time, and remembers its options and secrets", async () => {
    account.bindings?.push({ type: "secret_text", name: "ADMIN_KEY" });
    account.changes.length = 0;
    const { code, output } = await deploy(account, "--url", server.url);

    expect(output).toContain("nothing to change");
    expect(output).not.toContain("secret put ADMIN_KEY");
    expect(code).toBe(0);
    expect(account.changes.filter((call) => !call.endsWith("/query"))).toEqual([]);
  });

  it("says in words what is wrong with a deployment that does not work", async () => {
    const broken = createServer((request, response) => {
      response.writeHead(request.url === "/health" ? 200 : 503).end("no database");
    }).listen(0, "127.0.0.1");
    await once(broken, "listening");
    const address = broken.address();
    const port = typeof address === "object" ? address?.port : "";
    const { code, output } = await deploy(account, "--url", `http://127.0.0.1:${port}`);
    broken.close();

    expect(output).toContain('its check fails at "thread": POST /threads: 503 no database');
    expect(output).toContain("npx wrangler rollback");
    expect(code).toBe(1);
    expect(await account.sql("SELECT id FROM projects")).toEqual(projectsBefore);
  });

  it.for(DEPLOYMENT_FAULTS)(
    "says in words what is wrong where $step fails, and takes away what it made: $says",
    async (fault) => {
      const { step, says, hint } = fault;
      const proxy = await openProxy(server.url);
      breakStep(proxy, fault);
      const query = queryOf(account);
      const lines: string[] = [];
      const checked = withSmokeProject({ query }, account.databases[0]?.uuid ?? "", (project) =>
        smoke({ url: proxy.url, ...project }, (line) => lines.push(line)),
      );
      const said = await checked.then(
        () => "right",
        (error: Error) => error.message,
      );
      await proxy.close();

      expect(said).toContain(`its check fails at "${step}": `);
      expect(said).toMatch(says);
      expect(said).toContain(hint);
      expect(said).toContain("npx wrangler rollback");
      expect(lines.join()).not.toContain(`${step}: right`);
      expect(proxy.seen.some((call) => call.startsWith("DELETE /api/sdk/threads/"))).toBe(true);
      expect(await account.sql("SELECT id FROM projects")).toEqual(projectsBefore);
    },
  );

  it("leaves OWN_ORIGINS to an operator who has set it", async () => {
    account.bindings?.push({ type: "secret_text", name: "OWN_ORIGINS" });
    const { code } = await deploy(account, "--url", server.url);

    expect(code).toBe(0);
    const named = account.bindings?.filter(({ name }) => name === "OWN_ORIGINS");
    expect(named?.map(({ type }) => type)).toEqual(["secret_text"]);
  });

  it("would upload again where an option is taken back", async () => {
    const { output } = await deploy(account, "--no-paid", "--dry-run");
    expect(output).toContain("upload the Worker bobbin");
    expect(output).not.toContain("create the");
  });

  it("uploads for a domain of the account, on the Free plan, and remembers it", async () => {
    account.options.zones = ["example.com"];
    const args = ["--domain", "chat.example.com", "--no-paid", "--url", server.url];
    const { code, output } = await deploy(account, ...args);

    expect(output).toContain("  cancel: right");
    expect(code).toBe(0);
    expect(account.domains).toEqual(["chat.example.com"]);
    expect(account.uploads.at(-1)).not.toContain("cpu_ms");
    const again = await deploy(account, "--dry-run");
    expect(again.output).toContain("It would be at https://chat.example.com");
    expect(again.code).toBe(0);
  });

  it("has its lines kept, on the Free plan as on the Paid one", async () => {
    const kept = { enabled: true, logs: { enabled: true, invocation_logs: false } };
    const config = readConfig();
    expect(config["observability"]).toEqual(kept);
    for (const paid of [true, false]) {
      expect(deployConfig(config, "id", { paid }, {})["observability"]).toEqual(kept);
    }
    const uploaded = account.uploads.map((body) => {
      const metadata = /name="metadata"[^{]*(\{.*\})\r\n/.exec(body)?.[1] ?? "{}";
      const { limits, observability } = JSON.parse(metadata);
      return { paid: limits !== undefined, observability };
    });
    expect(uploaded.map(({ observability }) => observability)).toEqual(uploaded.map(() => kept));
    expect(new Set(uploaded.map(({ paid }) => paid))).toEqual(new Set([true, false]));
  });

  it("sends nothing of the demo project, and leaves wrangler.toml as it was", async () => {
    const sent = account.uploads.join("\n");

    expect(sent).not.toContain("sk-dev");
    expect(sent).not.toContain("d0d0d0d0d0d0d0d0d0d0");
    expect(sent).not.toContain("c0ffee00000000000000");
    expect(await readFile(configPath, "utf8")).toBe(configBefore);
    expect(await readFile(path.join(root, ".gitignore"), "utf8")).toContain("wrangler.deploy.json");
    const left = JSON.parse(await readFile(path.join(root, "wrangler.deploy.json"), "utf8"));
    expect(left.d1_databases[0].database_id).toBe(account.databases[0]?.uuid);
    expect(left.assets).toBeUndefined();
  });
});

it("leaves the database as it was where the migrations do not go in, and says so", async () => {
  const account = await startCloudflareApi({ importFails: true });
  const { code, output } = await deploy(account);

  expect(output).toContain("D1 was reset");
  expect(output).toContain("The database is as it was; the Worker has not been touched.");
  expect(code).toBe(1);
  const tables = await account.sql(
    "SELECT name FROM sqlite_master WHERE name NOT LIKE '~_cf~_%' ESCAPE '~'",
  );
  expect(tables).toEqual([]);
  expect(account.uploads).toEqual([]);
  await account.close();
});

it("says what is wrong with a wrangler.toml that cannot be deployed", async () => {
  const { dir, remove } = await temporaryStateDir();
  const file = path.join(dir, "wrangler.toml");
  const whole = await readFile(configPath, "utf8");
  await writeFile(file, whole.replace('database_name = "bobbin"', "database_name = 3"));
  expect(() => readConfig(file)).toThrow(
    `${file} cannot be deployed: d1_databases.0.database_name`,
  );
  await writeFile(file, `${whole}\n[[`);
  expect(() => readConfig(file)).toThrow("git checkout wrangler.toml");
  await remove();
});

it("says what to do where the deployment gives no health", async () => {
  const dead = `http://127.0.0.1:${await freePort()}`;
  await expect(checkHealth(dead, ADMIN_KEY, () => {})).rejects.toThrow(
    /^The deployment is up, but gives no health: .* Deploy again in a minute/,
  );
});

describe("before the first change", () => {
  let account: CloudflareAccount;
  afterEach(() => account.close());

  async function refused(...args: string[]): Promise<string> {
    const { code, output } = await deploy(account, ...args);
    expect(code).toBe(1);
    expect(account.changes.filter((call) => !call.endsWith("/query"))).toEqual([]);
    return output;
  }

  it("names all that is wrong with the account at once", async () => {
    account = await startCloudflareApi({ subdomain: null, r2: false });
    account.databases.push({ name: "bobbin", uuid: "theirs" });
    await account.sql("CREATE TABLE somebody_elses (id INTEGER)");
    account.bindings = [{ type: "plain_text", name: "OTHER", text: "" }];
    const output = await refused();

    expect(output).toContain("no workers.dev subdomain");
    expect(output).toContain("--domain chat.example.com");
    expect(output).toContain("https://dash.cloudflare.com/?to=/:account/r2");
    expect(output).toContain("a D1 database named bobbin that is not Bobbin's");
    expect(output).toContain("a Worker named bobbin that is not Bobbin");
    expect(output).toContain("Nothing has been changed.");
  });

  it("refuses a bucket with somebody else's files, and a domain of no zone", async () => {
    account = await startCloudflareApi({ zones: ["example.com"] });
    account.buckets.set("bobbin-files", ["holiday.jpg"]);
    const output = await refused("--domain", "chat.example.org");

    expect(output).toContain("an R2 bucket named bobbin-files with files in it");
    expect(output).toContain("no zone that chat.example.org belongs to");
  });

  it("takes a domain of the account, without workers.dev", async () => {
    account = await startCloudflareApi({ zones: ["example.com"], subdomain: null });
    const { code, output } = await deploy(account, "--domain", "chat.example.com", "--dry-run");

    expect(output).toContain("It would be at https://chat.example.com");
    expect(code).toBe(0);
  });

  it("refuses a database that a later release has migrated", async () => {
    account = await startCloudflareApi();
    account.databases.push({ name: "bobbin", uuid: "ours" });
    await account.sql("CREATE TABLE api_keys (id TEXT)");
    await account.sql("CREATE TABLE d1_migrations (name TEXT)");
    await account.sql("INSERT INTO d1_migrations VALUES ('0099_later.sql')");

    expect(await refused()).toContain("it has applied 0099_later.sql");
  });

  it("asks which of several accounts is meant, and for a login where there is none", async () => {
    account = await startCloudflareApi({ others: ["another"] });
    expect(await refused()).toContain("CLOUDFLARE_ACCOUNT_ID=… npm run deploy");

    const home = await temporaryStateDir();
    const env = { CLOUDFLARE_API_BASE_URL: account.url, CLOUDFLARE_API_TOKEN: "" };
    const where = { HOME: home.dir, XDG_CONFIG_HOME: home.dir };
    const { exitCode, output } = runScript(["run", "deploy", "--", "--dry-run"], {
      ...env,
      ...where,
    });
    expect(await exitCode).toBe(1);
    expect(output()).toMatch(
      /create the D1 database bobbin\n.*create the R2 bucket bobbin.*\n.*apply the migrations .*\n.*upload the Worker bobbin\n/,
    );
    expect(output()).toContain("Run `npx wrangler login`");
    await home.remove();
  });

  it("says what to look at where Cloudflare's API cannot be reached", async () => {
    account = await startCloudflareApi();
    await account.close();
    const said = await refused("--dry-run");
    expect(said).toContain(`Cloudflare's API at ${account.url} cannot be reached: `);
    expect(said).toContain("Look at this machine's network");
  });

  it("shows its usage where it does not understand", async () => {
    account = await startCloudflareApi();
    expect(await refused("--location", "mars")).toContain("--location cannot be taken");
    expect(await refused("--fast")).toContain("npm run deploy -- [options]");
    expect(await refused("--url", "chat.example.com")).toContain("it must be an address");
  });
});
