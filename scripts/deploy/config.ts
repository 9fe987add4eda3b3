/** wrangler.toml, and the configuration that a deployment is made of. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { experimental_readRawConfig } from "wrangler";
import * as z from "zod";

import { configPath, root, UserError } from "../local/settings.ts";
import type { KeptOptions } from "./options.ts";

/** The longest that the Paid plan allows one request, for the text of long documents. */
const PAID_CPU_MS = 300_000;

/** What of wrangler.toml a deploy needs to know. All else is handed on as it is. */
const Config = z.looseObject({
  name: z.string(),
  d1_databases: z.tuple([z.looseObject({ database_name: z.string() })]),
  r2_buckets: z.tuple([z.looseObject({ bucket_name: z.string() })]),
  durable_objects: z.object({
    bindings: z.tuple([z.looseObject({ name: z.string() })], z.looseObject({})),
  }),
  vars: z.record(z.string(), z.string()),
  assets: z.looseObject({ binding: z.string() }),
});
export type Config = z.infer<typeof Config>;

/** Ignored by git: it holds the account's database id. */
const DEPLOY_CONFIG = path.join(root, "wrangler.deploy.json");

/** Of what a build leaves, the parts that are uploaded. */
const UPLOADED = /\.(js|mjs|css|svg|wasm|txt|html|json|sql|bin)$|^_headers$/;

/** @throws UserError where wrangler.toml is not what a deploy is made of. */
export function readConfig(file: string = configPath): Config {
  try {
    return Config.parse(experimental_readRawConfig({ config: file }).rawConfig);
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? error.issues.map(({ path: at, message }) => `${at.join(".")}: ${message}`).join("; ")
        : String(error instanceof Error ? error.message : error);
    throw new UserError(
      `${file} cannot be deployed: ${why}. Mend it, or take it back: git checkout wrangler.toml`,
      { cause: error },
    );
  }
}

/** wrangler.toml with the account's own database and what was asked for. `vars` are added to its own. */
export function deployConfig(
  config: Config,
  databaseId: string,
  options: KeptOptions,
  vars: Record<string, string>,
): Record<string, unknown> {
  const { location, domain, paid } = options;
  return {
    ...config,
    d1_databases: [{ ...config.d1_databases[0], database_id: databaseId }],
    ...(domain && {
      workers_dev: false,
      preview_urls: false,
      routes: [{ pattern: domain, custom_domain: true }],
    }),
    ...(location && { placement: { mode: "smart" } }),
    ...(paid && { limits: { cpu_ms: PAID_CPU_MS } }),
    vars: { ...config.vars, ...(location && { OBJECT_LOCATION: location }), ...vars },
  };
}

/** Writes what `wrangler deploy --config` takes; its path. */
export function writeDeployConfig(config: Record<string, unknown>): string {
  writeFileSync(DEPLOY_CONFIG, `${JSON.stringify(config, null, 2)}\n`);
  return DEPLOY_CONFIG;
}

/** One name for what is uploaded, folders and configuration: the same where all of it is. */
export function fingerprint(folders: readonly string[], config: Record<string, unknown>): string {
  const hash = createHash("sha256").update(JSON.stringify(config));
  for (const folder of folders) {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const name of files.filter((file) => UPLOADED.test(file)).toSorted()) {
      hash.update(name).update(readFileSync(path.join(folder, name)));
    }
  }
  return hash.digest("hex").slice(0, 16);
}
