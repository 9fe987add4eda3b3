/**
 * `npm run deploy` with the real wrangler against an account on loopback. Proves what is created,
 * migrated and uploaded; does not prove that Cloudflare accepts it.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { configPath, root } from "../../scripts/local/settings.ts";
import { startCloudflareApi } from "../support/cloudflare-api.ts";
import type { CloudflareAccount } from "../support/cloudflare-api.ts";
import { runScript } from "../support/local-server.ts";

let account: CloudflareAccount;
let configBefore: string;
beforeAll(async () => {
  account = await startCloudflareApi();
  configBefore = await readFile(configPath, "utf8");
});
afterAll(() => account.close());

it("creates the database and the bucket, migrates, uploads, and says what to do next", async () => {
  const { code, output } = await deploy();

  expect(output).toContain("npx wrangler secret put ADMIN_KEY --name bobbin");
  expect(code).toBe(0);
  expect(account.databases.map(({ name }) => name)).toEqual(["bobbin"]);
  expect(account.buckets).toEqual(["bobbin-files"]);
  const migrated = account.queries.filter(({ sql }) => sql.includes("CREATE TABLE threads"));
  expect(migrated.map(({ databaseId }) => databaseId)).toEqual([account.databases[0]?.uuid]);
  expect(account.uploads).toHaveLength(1);
  expect(account.uploads[0]).toContain(account.databases[0]?.uuid);
});

it("finds on the next deploy what the first has created", async () => {
  const { code } = await deploy();

  expect(code).toBe(0);
  expect(account.databases).toHaveLength(1);
  expect(account.buckets).toHaveLength(1);
  expect(account.uploads).toHaveLength(2);
});

it("sends nothing of the demo project, and leaves wrangler.toml as it was", async () => {
  const sent = [...account.uploads, ...account.queries.map(({ sql }) => sql)].join("\n");

  expect(sent).not.toContain("sk-dev");
  expect(sent).not.toContain("d0d0d0d0d0d0d0d0d0d0");
  expect(sent).not.toContain("c0ffee00000000000000");
  expect(await readFile(configPath, "utf8")).toBe(configBefore);
  expect(await readFile(path.join(root, ".gitignore"), "utf8")).toContain("wrangler.deploy.toml");
});

async function deploy(): Promise<{ code: number | null; output: string }> {
  const { exitCode, output } = runScript(["run", "deploy"], {
    CLOUDFLARE_API_BASE_URL: account.url,
    CLOUDFLARE_API_TOKEN: "a-token",
    CLOUDFLARE_ACCOUNT_ID: account.id,
  });
  return { code: await exitCode, output: output() };
}
