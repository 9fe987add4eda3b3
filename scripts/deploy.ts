/**
 * `npm run deploy`: Bobbin into the Cloudflare account that wrangler is logged in to: database,
 * bucket, migrations, Worker. Every step finds what an earlier deploy has left, so the command may be
 * repeated at any time.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { unstable_readConfig } from "wrangler";
import * as z from "zod";

import { runCommand } from "./local/command.ts";
import { configPath, quietPlatform, root, UserError } from "./local/settings.ts";
import { wrangler } from "./local/wrangler.ts";
import type { WranglerResult } from "./local/wrangler.ts";

/** What R2 answers where the bucket is there already and is one's own. */
const BUCKET_EXISTS = "[code: 10004]";

const Databases = z.array(z.object({ name: z.string(), uuid: z.string() }));

await runCommand(async () => {
  quietPlatform();
  const { name, d1_databases, r2_buckets } = unstable_readConfig({ config: configPath });
  const [database] = d1_databases;
  const [bucket] = r2_buckets;
  if (!database?.database_name || !database.database_id || !bucket?.bucket_name) {
    throw new Error(`${configPath} must name a D1 database, its local id and an R2 bucket.`);
  }
  const databaseId = findDatabase(database.database_name) ?? createDatabase(database.database_name);
  console.log(`Database ${database.database_name} (${databaseId})`);
  ensureBucket(bucket.bucket_name);
  console.log(`Bucket ${bucket.bucket_name}`);
  const config = writeConfig(database.database_id, databaseId);
  // The schema first: the Worker of before can do with more columns, the new one not with fewer.
  run("d1", "migrations", "apply", database.database_name, "--remote", "--config", config);
  run("deploy", "--minify", "--config", config);
  console.log(nextSteps(name ?? "bobbin"));
});

function findDatabase(databaseName: string): string | undefined {
  const list = wrangler(["d1", "list", "--json"], "capture");
  if (!list.ok && !wrangler(["whoami", "--json"], "capture").ok) {
    throw new UserError(
      "Cloudflare does not know you yet. Run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN, and deploy again.",
    );
  }
  requireOk(list, "list your D1 databases");
  return Databases.parse(JSON.parse(list.stdout)).find(({ name }) => name === databaseName)?.uuid;
}

function createDatabase(databaseName: string): string {
  const created = wrangler(["d1", "create", databaseName], "capture");
  requireOk(created, `create the D1 database ${databaseName}`);
  const id = findDatabase(databaseName);
  if (id === undefined) {
    throw new UserError(`D1 does not list ${databaseName}, though it was created.`);
  }
  return id;
}

/** Creates first and asks afterwards: a listing of buckets is cut off after its first page. */
function ensureBucket(bucketName: string): void {
  const created = wrangler(["r2", "bucket", "create", bucketName], "capture");
  if (!`${created.stdout}${created.stderr}`.includes(BUCKET_EXISTS)) {
    requireOk(created, `create the R2 bucket ${bucketName}`);
  }
}

/**
 * The account's database id goes into a copy that git ignores. wrangler.toml stays as it is, ready
 * for another account, and keeps the local id, which names the file of the local database.
 */
function writeConfig(localId: string, databaseId: string): string {
  const file = path.join(root, "wrangler.deploy.toml");
  writeFileSync(file, readFileSync(configPath, "utf8").replace(localId, databaseId));
  return file;
}

function run(...args: string[]): void {
  requireOk(wrangler(args, "all"), `run \`wrangler ${args.join(" ")}\``);
}

function requireOk(result: WranglerResult, task: string): void {
  if (!result.ok) {
    throw new UserError(`${result.stdout}${result.stderr}\nCould not ${task}: see above.`.trim());
  }
}

function nextSteps(worker: string): string {
  return `
Once, to open the admin API (choose a long random value) and make the first key:
  npx wrangler secret put ADMIN_KEY --name ${worker}
  ADMIN_KEY=… npm run keys -- create <name> --url <the address above>

For real models, whichever you use:
  npx wrangler secret put OPENAI_API_KEY --name ${worker}
  npx wrangler secret put ANTHROPIC_API_KEY --name ${worker}
`;
}
