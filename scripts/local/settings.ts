/** What the local commands take from the environment and `.dev.vars`, checked before anything starts. */
import path from "node:path";
import process from "node:process";

import { DEMO } from "./demo-project.ts";
import { readDevVars } from "./dev-vars.ts";
import { UserError } from "./user-error.ts";

export { UserError } from "./user-error.ts";

const DEFAULT_PORT = 8787;
const DEFAULT_STATE_DIR = ".wrangler/state";
const MAX_PORT = 65_535;

/** Handed to the Worker as secrets, never printed. The meaning of each is in `src/env.d.ts`. */
const SECRETS = [
  "ADMIN_KEY",
  "ALLOW_LOOPBACK",
  "OPENAI_API_KEY",
  "OPENAI_BASE_URL",
  "ANTHROPIC_API_KEY",
  "MODEL_ALIASES",
  "MODEL_PRICES",
  "DEFAULT_PROVIDER",
  "DEFAULT_EMBEDDING",
  "CODE_INTERPRETER",
  "STREAMS_AT_ONCE",
  "REPOSITORY_URL",
  "DEMO_TOKENS",
] as const;

/**
 * Rate limits are for deployments; a laptop's tests and loads are none of their business. Of the log a
 * terminal shows what went wrong.
 */
const LOCAL_VARS = {
  KEY_RATE_LIMIT: "0",
  USER_RATE_LIMIT: "0",
  GUESS_RATE_LIMIT: "0",
  LOG_SAMPLE: "0",
  STUDIO: "on",
  LANDING_SETTINGS: `KEY=${DEMO.key} PROJECT_ID=${DEMO.projectId} TOOL_ID=${DEMO.toolId}`,
};

export interface LocalSettings {
  /** The Worker's wrangler.toml. */
  config: string;
  /** Loopback: the demo key is no secret, so the server is for this machine alone. */
  host: "127.0.0.1";
  port: number;
  /** Absolute. Threads, messages, files and runs live below it. */
  stateDir: string;
  /** What is laid over wrangler.toml's vars: those of the known secrets that the environment holds. */
  secrets: Record<string, string>;
  /** The folder of static assets, where it is another than wrangler.toml's. */
  assets?: string;
}

export const root = path.resolve(import.meta.dirname, "../..");
export const configPath = path.join(root, "wrangler.toml");

type Environment = Record<string, string | undefined>;

/** The environment overrides `.dev.vars`; a variable that is empty counts as none. */
export function readSettings(environment: Environment = process.env): LocalSettings {
  const set = Object.entries(environment).filter(
    ([, value]) => value !== undefined && value !== "",
  );
  const env: Environment = {
    ...readDevVars(path.join(root, ".dev.vars")),
    ...Object.fromEntries(set),
  };
  const secrets: Record<string, string> = { ...LOCAL_VARS };
  for (const name of [...SECRETS, "LOG_SAMPLE"]) {
    const value = env[name];
    if (value !== undefined && value !== "") {
      secrets[name] = value;
    }
  }
  const [host, port] = ["127.0.0.1", readPort(env["PORT"])] as const;
  secrets["OWN_ORIGINS"] = `http://${host}:${port}`;
  return {
    config: configPath,
    host,
    port,
    stateDir: path.resolve(root, env["STATE_DIR"] || DEFAULT_STATE_DIR),
    secrets,
  };
}

export function addressOf({ host, port }: LocalSettings): string {
  return `http://${host}:${port}`;
}

function readPort(text: string | undefined): number {
  if (text === undefined || text === "") {
    return DEFAULT_PORT;
  }
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > MAX_PORT) {
    throw new UserError(`PORT is "${text}"; it must be a whole number from 1 to ${MAX_PORT}.`);
  }
  return port;
}

/**
 * Keeps wrangler and Miniflare from what a local server has no use for: looking up this machine's
 * place on earth, usage metrics, update checks, and a trace of every request in a SQLite file.
 */
export function quietPlatform(): void {
  Object.assign(process.env, {
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_SEND_METRICS: "false",
    X_LOCAL_EXPLORER: "false",
    X_LOCAL_OBSERVABILITY: "false",
  });
}
