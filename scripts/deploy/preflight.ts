/**
 * Everything that a deploy can know to be wrong before it changes anything: all of it at once, each
 * with what to do about it.
 */
import * as z from "zod";

import { pendingStatements, readMigrations } from "../local/migrations.ts";
import { UserError } from "../local/settings.ts";
import { CloudflareError, CODE } from "./cloudflare.ts";
import type { Cloudflare } from "./cloudflare.ts";
import type { Config } from "./config.ts";
import { readKeptOptions } from "./options.ts";
import type { DeployOptions, KeptOptions } from "./options.ts";

/** What stands in the account, and what a deploy is to add to it. */
export interface Plan {
  /** The Worker as it stands; null before the first deploy. */
  worker: StandingWorker | null;
  options: KeptOptions;
  /** Where the deployment is reached. */
  address: string;
  /** `OWN_ORIGINS` for the Worker; null where the operator has set it. */
  ownOrigins: string | null;
  /** Null where it is to be created, as for the bucket. */
  databaseId: string | null;
  bucketExists: boolean;
  migrations: string[];
  /** Of `migrations`, for the database. */
  statements: string[];
}

interface StandingWorker {
  /** The fingerprint it was uploaded with. */
  build: string | undefined;
  secrets: string[];
}

const Settings = z.object({
  bindings: z
    .array(z.object({ type: z.string(), name: z.string(), text: z.string().optional() }))
    .default([]),
});
const Databases = z.array(z.object({ name: z.string(), uuid: z.string() }));
const Objects = z.array(z.object({ key: z.string() }));
const Zones = z.array(z.object({ name: z.string() }));

type Problems = string[];

/** @throws UserError with every problem that was found. */
export async function preflight(
  cloudflare: Cloudflare,
  config: Config,
  given: DeployOptions,
): Promise<Plan> {
  const problems: Problems = [];
  const settings = await findWorker(cloudflare, config, problems);
  const options = given.over(readKeptOptions(settings.text("DEPLOY_OPTIONS")));
  const reached = await findAddress(cloudflare, config.name, options, problems);
  const database = await findDatabase(cloudflare, config, problems);
  const bucketExists = await findBucket(cloudflare, config, database.id !== null, problems);
  if (problems.length > 0) {
    throw new UserError(
      `${problems.map((problem) => `- ${problem}`).join("\n")}\n\nNothing has been changed. Mend this and deploy again.`,
    );
  }
  return {
    worker: settings.exists ? { build: settings.text("BUILD"), secrets: settings.secrets } : null,
    options,
    address: given.url ?? reached,
    ownOrigins:
      config.vars["OWN_ORIGINS"] || settings.secrets.includes("OWN_ORIGINS")
        ? null
        : [reached, ...(given.url === undefined ? [] : [given.url])].join(","),
    databaseId: database.id,
    bucketExists,
    migrations: database.names,
    statements: database.statements,
  };
}

/** What of a plan is still to be done, one line each. */
export function describePlan(
  plan: Pick<Plan, "databaseId" | "bucketExists" | "migrations">,
  config: Config,
): string[] {
  const lines: string[] = [];
  if (plan.databaseId === null) {
    lines.push(`create the D1 database ${config.d1_databases[0].database_name}`);
  }
  if (!plan.bucketExists) {
    lines.push(`create the R2 bucket ${config.r2_buckets[0].bucket_name}`);
  }
  if (plan.migrations.length > 0) {
    lines.push(`apply the migrations ${plan.migrations.join(", ")}`);
  }
  return lines;
}

/** What a deploy into an account with nothing of Bobbin does. */
export function describeFirst(config: Config): string[] {
  const migrations = readMigrations().map(({ name }) => name);
  const nothing = { databaseId: null, bucketExists: false, migrations };
  return [...describePlan(nothing, config), `upload the Worker ${config.name}`];
}

async function findWorker(cloudflare: Cloudflare, config: Config, problems: Problems) {
  const path = `/workers/scripts/${config.name}/settings`;
  const settings = await cloudflare.find(path, Settings);
  const bindings = settings?.bindings ?? [];
  const ours = config.durable_objects.bindings[0].name;
  if (
    settings !== null &&
    !bindings.some(({ type, name }) => type === "durable_object_namespace" && name === ours)
  ) {
    problems.push(
      `The account has a Worker named ${config.name} that is not Bobbin. Choose another \`name\` in wrangler.toml.`,
    );
  }
  return {
    exists: settings !== null,
    text: (name: string) => bindings.find((binding) => binding.name === name)?.text,
    secrets: bindings.filter(({ type }) => type === "secret_text").map(({ name }) => name),
  };
}

async function findAddress(
  cloudflare: Cloudflare,
  worker: string,
  { domain }: KeptOptions,
  problems: Problems,
): Promise<string> {
  if (domain !== undefined) {
    if (!(await hasZone(cloudflare, domain))) {
      problems.push(
        `The account has no zone that ${domain} belongs to. Add its domain at https://dash.cloudflare.com/?to=/:account/add-site, or deploy without: --domain none`,
      );
    }
    return `https://${domain}`;
  }
  const registered = await cloudflare.find(
    "/workers/subdomain",
    z.object({ subdomain: z.string().nullish() }),
  );
  if (!registered?.subdomain) {
    problems.push(
      "The account has no workers.dev subdomain yet. Opening https://dash.cloudflare.com/?to=/:account/workers-and-pages once makes one; or serve at a domain of your own: --domain chat.example.com",
    );
  }
  return `https://${worker}.${registered?.subdomain}.workers.dev`;
}

/** A zone is named by the domain itself or by what is left of it without its first labels. */
async function hasZone(cloudflare: Cloudflare, domain: string): Promise<boolean> {
  const labels = domain.split(".");
  for (let first = 0; first < labels.length - 1; first += 1) {
    const name = labels.slice(first).join(".");
    const query = new URLSearchParams({ name, "account.id": cloudflare.accountId });
    if ((await cloudflare.list(`/zones?${query.toString()}`, Zones)).length > 0) {
      return true;
    }
  }
  return false;
}

async function findDatabase(cloudflare: Cloudflare, config: Config, problems: Problems) {
  const name = config.d1_databases[0].database_name;
  const found = await cloudflare.find(`/d1/database?name=${name}&per_page=100`, Databases);
  const id = found?.find((database) => database.name === name)?.uuid ?? null;
  const query = (sql: string) => (id === null ? [] : cloudflare.query(id, sql));
  const migrations = readMigrations();
  const tables = await query(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND name NOT LIKE '~_cf~_%' ESCAPE '~'",
  );
  const names = tables.map((row) => row["name"]);
  if (names.length > 0 && !(names.includes("d1_migrations") && names.includes("api_keys"))) {
    problems.push(
      `The account has a D1 database named ${name} that is not Bobbin's. Choose another \`database_name\` in wrangler.toml.`,
    );
    return { id, names: [], statements: [] };
  }
  try {
    return { id, ...(await pendingStatements(migrations, async (sql) => query(sql))) };
  } catch (error) {
    if (!(error instanceof UserError) || error instanceof CloudflareError) {
      throw error;
    }
    problems.push(
      `${error.message} Deploy that release or a later one, or take the database back: see "Rolling back" in docs/operating.md.`,
    );
    return { id, names: [], statements: [] };
  }
}

async function findBucket(
  cloudflare: Cloudflare,
  config: Config,
  hasDatabase: boolean,
  problems: Problems,
): Promise<boolean> {
  const name = config.r2_buckets[0].bucket_name;
  try {
    const bucket = await cloudflare.find(`/r2/buckets/${name}`, z.object({ name: z.string() }));
    const exists = bucket !== null;
    if (exists && !hasDatabase && (await hasObjects(cloudflare, name))) {
      problems.push(
        `The account has an R2 bucket named ${name} with files in it, and no database that knows them. Choose another \`bucket_name\` in wrangler.toml, or empty this one.`,
      );
    }
    return exists;
  } catch (error) {
    if (error instanceof CloudflareError && error.codes.includes(CODE.r2Disabled)) {
      problems.push(
        "R2 is not enabled for the account. Enable it once (it has a free tier, and asks for a card): https://dash.cloudflare.com/?to=/:account/r2",
      );
      return false;
    }
    throw error;
  }
}

async function hasObjects(cloudflare: Cloudflare, bucket: string): Promise<boolean> {
  const objects = await cloudflare.find(`/r2/buckets/${bucket}/objects?per_page=1`, Objects);
  return (objects ?? []).length > 0;
}
