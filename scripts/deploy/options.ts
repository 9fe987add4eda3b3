/** What may follow `npm run deploy --`. */
import { parseArgs } from "node:util";

import * as z from "zod";

import { readAddress } from "../local/read-address.ts";
import { usageError } from "../local/usage-error.ts";

/** Where D1, R2 and Durable Objects may all be asked to live. */
const LOCATIONS = ["wnam", "enam", "weur", "eeur", "apac", "oc"] as const;

const USAGE = `npm run deploy -- [options]

  --dry-run        say what would be done, and do nothing
  --location WHERE keep database, bucket and objects near ${LOCATIONS.join(", ")}; the first two
                   only where this deploy creates them
  --domain NAME    serve at this domain of the account alone, not at workers.dev
  --paid           for the Workers Paid plan: lets one request compute for minutes (limits.cpu_ms)
  --url ADDRESS    where the deployment is tried, if neither workers.dev nor --domain reaches it
  --force          upload the Worker though nothing has changed

--location, --domain and --paid are kept: a later deploy need not repeat them. --no-paid,
--domain none and --location none take them back.`;

/** What a deployment is like: kept in it, so that any machine may deploy it anew. */
const KeptOptions = z.object({
  location: z.enum(LOCATIONS).optional(),
  domain: z.hostname().optional(),
  paid: z.boolean().optional(),
});
export type KeptOptions = z.infer<typeof KeptOptions>;

export interface DeployOptions {
  dryRun: boolean;
  force: boolean;
  /** Without a slash at its end. */
  url: string | undefined;
  /** Those of the deployment as it stands with this command's over them. */
  over: (kept: KeptOptions) => KeptOptions;
}

/** @throws UserError with the usage where the arguments are none of it. */
export function readOptions(args: readonly string[]): DeployOptions {
  const values = parse(args);
  const given: Record<string, string | boolean | undefined> = {
    location: values.location,
    domain: values.domain,
    paid: values.paid,
  };
  readKept(given);
  return {
    dryRun: values["dry-run"] ?? false,
    force: values.force ?? false,
    url: values.url === undefined ? undefined : readAddress(values.url),
    over: (kept) =>
      readKept({
        ...kept,
        ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      }),
  };
}

/** What an earlier deploy has left in the Worker's `DEPLOY_OPTIONS`; nothing where it left none. */
export function readKeptOptions(text: string | undefined): KeptOptions {
  const parsed = KeptOptions.safeParse(text === undefined ? {} : JSON.parse(text));
  return parsed.data ?? {};
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        "dry-run": { type: "boolean" },
        domain: { type: "string" },
        force: { type: "boolean" },
        location: { type: "string" },
        paid: { type: "boolean" },
        url: { type: "string" },
      },
    }).values;
  } catch (error) {
    throw usageError(USAGE, error);
  }
}

/** `none` and `false` are how an option is taken back. */
function readKept(options: object): KeptOptions {
  const set = Object.entries(options).filter(
    ([, value]) => value !== undefined && value !== "none" && value !== false,
  );
  const parsed = KeptOptions.safeParse(Object.fromEntries(set));
  if (!parsed.success) {
    const names = parsed.error.issues.map(({ path }) => `--${path.join(".")}`);
    throw usageError(USAGE, `${names.join(" and ")} cannot be taken.`);
  }
  return parsed.data;
}
