/**
 * `npm run deploy`: Bobbin into the Cloudflare account that wrangler is logged in to. Looks at
 * everything first, then changes what is not yet as it should be, then tries the deployment. Every
 * step finds what an earlier deploy has left, so the command may be repeated at any time.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";

import * as z from "zod";

import { buildAssets, deployedAssets } from "./deploy/assets.ts";
import { CloudflareError, CODE, NoLoginError, openCloudflare } from "./deploy/cloudflare.ts";
import type { Cloudflare } from "./deploy/cloudflare.ts";
import { deployConfig, fingerprint, readConfig, writeDeployConfig } from "./deploy/config.ts";
import type { Config } from "./deploy/config.ts";
import { checkHealth } from "./deploy/health.ts";
import { readOptions } from "./deploy/options.ts";
import { describeFirst, describePlan, preflight } from "./deploy/preflight.ts";
import type { Plan } from "./deploy/preflight.ts";
import { withSmokeProject } from "./deploy/smoke-project.ts";
import { smoke } from "./deploy/smoke.ts";
import { runCommand } from "./local/command.ts";
import { keptAssets } from "./local/keep-assets.ts";
import { keptBundle } from "./local/keep-bundle.ts";
import { configPath, quietPlatform, UserError } from "./local/settings.ts";
import { wrangler } from "./local/wrangler.ts";

/** Stands for a database that is still to be created, in what a dry run would upload. */
const NO_DATABASE = "00000000-0000-0000-0000-000000000000";
/** What wrangler says where `limits` is set on the Free plan. */
const PAID_PLAN_ALONE = "100328";

const Created = z.object({ uuid: z.string() });

await runCommand(async () => {
  quietPlatform();
  const given = readOptions(process.argv.slice(2));
  const config = readConfig();
  const temporary = mkdtempSync(path.join(os.tmpdir(), "bobbin-deploy-"));
  try {
    console.log("Looking at the account, and building …");
    const cloudflare = await openCloudflare().catch((error: unknown) => {
      if (given.dryRun && error instanceof NoLoginError) {
        console.log(inLines("A first deploy would:", describeFirst(config)));
      }
      throw error;
    });
    const plan = await preflight(cloudflare, config, given);
    const bundle = keptBundle(configPath);
    const assets = path.join(temporary, "assets");
    await buildAssets({ bundle, pages: keptAssets() }, assets, plan.address, config.vars);
    const upload = prepareUpload(plan, config, { bundle, assets });
    const todo = [...describePlan(plan, config)];
    if (given.force || upload.build !== plan.worker?.build) {
      todo.push(`upload the Worker ${config.name}`);
    }
    console.log(
      todo.length === 0 ? "Everything is in place: nothing to change." : inLines("To do:", todo),
    );
    if (given.dryRun) {
      console.log(`\nA dry run: nothing has been changed. It would be at ${plan.address}`);
      return;
    }
    const databaseId = await makeReady(cloudflare, plan, config, temporary);
    try {
      if (todo.some((line) => line.startsWith("upload"))) {
        upload.send(databaseId);
      }
    } finally {
      upload.leaveConfig(databaseId);
    }
    console.log(`\nTrying ${plan.address}`);
    await withSmokeProject(cloudflare, databaseId, (project) =>
      smoke({ url: plan.address, ...project }, say),
    );
    await readHealth(plan);
    console.log(nextSteps(config.name, plan));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
});

/** What is uploaded, under a name that tells whether it is what stands there already. */
function prepareUpload(plan: Plan, config: Config, folders: { bundle: string; assets: string }) {
  const { databaseId, options, ownOrigins } = plan;
  const kept = {
    DEPLOY_OPTIONS: JSON.stringify(options),
    ...(ownOrigins !== null && { OWN_ORIGINS: ownOrigins }),
  };
  const configured = (id: string, vars: Record<string, string>) =>
    deployConfig(config, id, options, { ...kept, ...vars });
  const named = (id: string) => fingerprint([folders.bundle, folders.assets], configured(id, {}));
  return {
    build: named(databaseId ?? NO_DATABASE),
    send: (id: string) => {
      const complete = configured(id, { BUILD: named(id) });
      const assets = { ...config.assets, ...deployedAssets(folders.assets) };
      uploadWorker(writeDeployConfig({ ...complete, assets }));
    },
    /** For wrangler's other commands, which would miss the folder of assets. */
    leaveConfig: (id: string) => {
      const { assets: _, ...rest } = configured(id, {});
      writeDeployConfig(rest);
    },
  };
}

/** Database, bucket and schema; the database's id. */
async function makeReady(
  cloudflare: Cloudflare,
  plan: Plan,
  config: Config,
  temporary: string,
): Promise<string> {
  const { database_name: name } = config.d1_databases[0];
  const databaseId = plan.databaseId ?? (await createDatabase(cloudflare, name, plan));
  if (!plan.bucketExists) {
    await createBucket(cloudflare, config.r2_buckets[0].bucket_name, plan);
  }
  // The schema first: the Worker of before can do with more columns, the new one not with fewer.
  if (plan.statements.length > 0) {
    migrate(name, databaseId, plan.statements, temporary);
  }
  return databaseId;
}

async function createDatabase(
  cloudflare: Cloudflare,
  name: string,
  { options }: Plan,
): Promise<string> {
  const body = { name, ...(options.location && { primary_location_hint: options.location }) };
  return (await cloudflare.post("/d1/database", body, Created)).uuid;
}

async function createBucket(
  cloudflare: Cloudflare,
  name: string,
  { options }: Plan,
): Promise<void> {
  const body = { name, ...(options.location && { locationHint: options.location }) };
  await cloudflare.post("/r2/buckets", body, z.unknown()).catch((error: unknown) => {
    if (!(error instanceof CloudflareError && error.codes.includes(CODE.bucketExists))) {
      throw error;
    }
  });
}

/**
 * As a file, which D1 takes in whole or not at all. What it is sent as a query it cuts into statements
 * first, and triggers in two.
 */
function migrate(
  databaseName: string,
  databaseId: string,
  statements: readonly string[],
  temporary: string,
): void {
  const file = path.join(temporary, "migrations.sql");
  writeFileSync(file, statements.map((statement) => `${statement};\n`).join(""));
  const config = path.join(temporary, "database.json");
  const database = { binding: "DB", database_name: databaseName, database_id: databaseId };
  writeFileSync(config, JSON.stringify({ name: "bobbin", d1_databases: [database] }));
  const applied = wrangler(
    ["d1", "execute", databaseName, "--remote", "--yes", "--file", file, "--config", config],
    "capture",
  );
  if (!applied.ok) {
    throw new UserError(
      `${applied.stdout}${applied.stderr}\nThe migrations could not be applied: see above. The database is as it was; the Worker has not been touched. Deploy again.`.trim(),
    );
  }
  console.log(`The database ${databaseName} is up to date.`);
}

function uploadWorker(config: string): void {
  const uploaded = wrangler(["deploy", "--minify", "--config", config], "capture");
  const said = `${uploaded.stdout}${uploaded.stderr}`.trim();
  console.log(said);
  if (uploaded.ok) {
    return;
  }
  throw new UserError(
    said.includes(PAID_PLAN_ALONE)
      ? "The Worker was not uploaded: --paid needs the Workers Paid plan. Deploy without: npm run deploy -- --no-paid"
      : "The Worker was not uploaded: see above. Database and bucket are ready; deploy again.",
  );
}

/** With the operator's secret, where this command has it. */
async function readHealth(plan: Plan): Promise<void> {
  const adminKey = process.env["ADMIN_KEY"] ?? "";
  if (adminKey !== "") {
    await checkHealth(plan.address, adminKey, say);
  } else if (plan.worker?.secrets.includes("ADMIN_KEY") === true) {
    say("  health: not read. It needs the Worker's own: ADMIN_KEY=… npm run deploy");
  }
}

function say(line: string): void {
  console.log(line);
}

function inLines(title: string, lines: readonly string[]): string {
  return [title, ...lines.map((line) => `  ${line}`)].join("\n");
}

function nextSteps(worker: string, { address, worker: standing }: Plan): string {
  const missing = (name: string) => !standing?.secrets.includes(name);
  const lines = [`\nBobbin serves at ${address}, and its check went right.`];
  if (missing("ADMIN_KEY")) {
    lines.push(
      "\nOnce, to open the admin API (choose a long random value) and make the first key:",
      `  npx wrangler secret put ADMIN_KEY --name ${worker}`,
      `  ADMIN_KEY=… npm run keys -- create <name> --url ${address}`,
    );
  }
  if (missing("OPENAI_API_KEY") && missing("ANTHROPIC_API_KEY")) {
    lines.push(
      "\nFor real models, whichever you use:",
      `  npx wrangler secret put OPENAI_API_KEY --name ${worker}`,
      `  npx wrangler secret put ANTHROPIC_API_KEY --name ${worker}`,
    );
  }
  return lines.join("\n");
}
