/** Tries each thing that a deployment needs to serve: see `GET /admin/health`. */
import { PRICES_FORM, modelPrices } from "../adapters/model-prices";
import { modelSettings } from "../adapters/model-settings";
import { HEALTH } from "../limits";
import { isShare } from "../observability/sampling";
import { runInSandbox } from "../sandbox";
import { healthProbeKey } from "../store/files/objects";
import { compareMigrations } from "../store/migration-names";
import { firstRow, query } from "../store/sql/batch";
import { controlDatabase } from "../store/sql/databases";
import { codeForModels, isCodeSetting } from "./code-for-models";
import { ALIASES_FORM, modelAliases } from "./model-names";

interface Finding {
  status: "ok" | "warn" | "fail";
  /** What was found: names and numbers of the deployment, never the value of a secret. */
  detail: string;
  /** How to mend it; null where nothing is to be mended. */
  fix: string | null;
}

/** One check with its outcome. */
export interface HealthCheck extends Finding {
  name: string;
}

type Check = (env: Env, calledOrigin: string) => Finding | Promise<Finding>;

/**
 * Runs all checks at the same time, each within `HEALTH.checkMs`.
 * @param calledOrigin The origin under which the service was called.
 */
export function checkHealth(env: Env, calledOrigin: string): Promise<HealthCheck[]> {
  return Promise.all(
    Object.entries(CHECKS).map(async ([name, known]) => ({
      name,
      ...(await findingOf(known, env, calledOrigin)),
    })),
  );
}

const OPERATING = "docs/operating.md";

const DEPLOY_AGAIN = "Deploy again: it applies what is missing.";

/** Whom the sandbox counts the check's code for, beside the projects whose code waits. */
const OPERATOR = { projectId: "", toolId: "", runId: "" };

interface KnownCheck {
  check: Check;
  /** How to mend a check that throws or is late; absent for a check that does neither. */
  fix?: string;
  /** The status of a check that is late; by default `fail`. */
  late?: "warn" | "fail";
}

const CHECKS: Record<string, KnownCheck> = {
  database: {
    check: async (env) => {
      await firstRow(query(controlDatabase(env), "SELECT id FROM projects LIMIT 1"));
      return ok("answers");
    },
    fix: `See that the binding DB names the database, and deploy again: ${OPERATING}, "Deploying".`,
  },
  migrations: {
    check: checkMigrations,
    fix: DEPLOY_AGAIN,
  },
  files: {
    check: async ({ FILES }) => {
      const key = healthProbeKey(crypto.randomUUID());
      await FILES.put(key, "probe");
      await FILES.delete(key);
      return ok("takes and deletes an object");
    },
    fix: "See that R2 is enabled for the account and that the binding FILES names the bucket.",
  },
  sandbox: {
    check: async () => {
      const budget = { timeoutMs: HEALTH.codeMs };
      await runInSandbox({ source: "() => 1", env: {}, budget, owner: OPERATOR });
      return ok("runs code");
    },
    // All slots of the sandbox may be at work for projects.
    late: "warn",
    fix: "`code` needs WebAssembly with promises (JSPI): see that `compatibility_date` in wrangler.toml is as released.",
  },
  providers: { check: checkProviders },
  model_aliases: { check: checkModelAliases },
  model_prices: { check: checkModelPrices },
  code_interpreter: { check: checkCodeInterpreter },
  own_origins: { check: checkOwnOrigins },
  guess_rate_limit: { check: checkGuessLimit },
  log_sample: { check: checkLogSample },
};

async function findingOf(
  { check, late = "fail", ...known }: KnownCheck,
  env: Env,
  calledOrigin: string,
): Promise<Finding> {
  const fix = known.fix ?? null;
  const { promise: timeout, resolve } = Promise.withResolvers<Finding>();
  const detail = `no answer within ${HEALTH.checkMs} ms`;
  const timer = setTimeout(() => resolve({ status: late, detail, fix }), HEALTH.checkMs);
  try {
    return await Promise.race([check(env, calledOrigin), timeout]);
  } catch (error) {
    return { status: "fail", detail: error instanceof Error ? error.message : String(error), fix };
  } finally {
    clearTimeout(timer);
  }
}

async function checkMigrations(env: Env): Promise<Finding> {
  const { missing, unknown } = await compareMigrations(controlDatabase(env));
  if (missing.length > 0) {
    return {
      status: "fail",
      detail: `the database lacks ${missing.join(", ")}`,
      fix: DEPLOY_AGAIN,
    };
  }
  if (unknown.length > 0) {
    return warn(
      `a later release has applied ${unknown.join(", ")}`,
      "Deploy that release or a later one, unless this is one that was rolled back to.",
    );
  }
  return ok("all applied");
}

function checkProviders(env: Env): Finding {
  const { openai, anthropic, workersAi } = modelSettings(env);
  const names = [
    ...(openai.apiKey === null && openai.baseUrl === null ? [] : ["openai"]),
    ...(anthropic.apiKey === null ? [] : ["anthropic"]),
    ...(workersAi === undefined ? [] : ["workers-ai"]),
  ];
  return names.length === 0
    ? warn(
        "offline alone, which gives made-up answers",
        "npx wrangler secret put OPENAI_API_KEY, or ANTHROPIC_API_KEY, or bind [ai].",
      )
    : ok(names.join(", "));
}

function checkModelAliases(env: Env): Finding {
  return checkMap("MODEL_ALIASES", ALIASES_FORM, modelAliases(env), "no model is found by name");
}

function checkModelPrices(env: Env): Finding {
  return checkMap("MODEL_PRICES", PRICES_FORM, modelPrices(env), "no run has a cost");
}

function checkMap(
  variable: string,
  form: string,
  entries: ReadonlyMap<string, unknown> | null,
  until: string,
): Finding {
  const fix = `Set ${variable} as docs/limits.md has it, or unset it: until then ${until}.`;
  return entries === null
    ? warn(`${variable} is ${form}`, fix)
    : ok(entries.size === 0 ? "none" : [...entries.keys()].join(", "));
}

function checkCodeInterpreter(env: Env): Finding {
  return isCodeSetting(env)
    ? ok(codeForModels(env) ?? "refused")
    : warn(
        "CODE_INTERPRETER is none of its settings: the tool is refused",
        "Set it to javascript or declared, or unset it.",
      );
}

function checkOwnOrigins({ OWN_ORIGINS = "" }: Env, calledOrigin: string): Finding {
  const given = OWN_ORIGINS.split(",").flatMap((text) => text.trim() || []);
  const unread = given.filter((text) => URL.parse(text) === null);
  const fix = `Set OWN_ORIGINS to the origins that reach this Worker, by comma, as in ${calledOrigin}: projects' requests may not go there. A deploy sets it where nothing is set.`;
  if (unread.length > 0) {
    return { status: "fail", detail: `${unread.length} of OWN_ORIGINS is no address`, fix };
  }
  const hosts = given.map((text) => new URL(text).host);
  if (hosts.length === 0) {
    return warn("not set: projects' requests may reach this Worker by its other names", fix);
  }
  return hosts.includes(new URL(calledOrigin).host)
    ? ok(hosts.join(", "))
    : warn(`${hosts.join(", ")}, and not the host of this call`, fix);
}

/** The binding may be missing at run time, whatever its type says, where wrangler.toml was changed. */
function checkGuessLimit({ GUESS_RATE_LIMIT: limit, ...bindings }: Env): Finding {
  const isBound = "GUESS_RATE" in bindings;
  const fix =
    "Keep [[ratelimits]] GUESS_RATE of wrangler.toml, and GUESS_RATE_LIMIT at the same number.";
  if (!(Number(limit) > 0)) {
    return warn("off: keys and ADMIN_KEY may be guessed at any rate", fix);
  }
  return isBound
    ? ok(`${limit} wrong credentials a minute and address`)
    : { status: "fail", detail: "GUESS_RATE is not bound: every wrong key ends in a 500", fix };
}

function checkLogSample({ LOG_SAMPLE: sample }: Env): Finding {
  return isShare(sample)
    ? ok(sample === undefined || sample === "" ? "1" : sample)
    : warn("LOG_SAMPLE is no number from 0 to 1: all lines are written", 'Set 0 to 1, or "off".');
}

function ok(detail: string): Finding {
  return { status: "ok", detail, fix: null };
}

function warn(detail: string, fix: string): Finding {
  return { status: "warn", detail, fix };
}
