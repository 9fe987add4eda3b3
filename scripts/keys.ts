/**
 * `npm run keys`: makes, lists and revokes API keys through the admin API: that of a deployment, with
 * `--url` and its ADMIN_KEY, or the local Worker's own, for the data of `npm run dev`.
 */
import { parseArgs } from "node:util";

import * as z from "zod";

import { openLocalAdmin, openRemoteAdmin } from "./keys/admin-api.ts";
import type { Admin } from "./keys/admin-api.ts";
import { runCommand } from "./local/command.ts";
import { quietPlatform, UserError } from "./local/settings.ts";
import { usageError } from "./local/usage-error.ts";

const USAGE = `npm run keys -- create <name> [--scopes read,write,run,admin]
npm run keys -- list
npm run keys -- revoke <key id>

  --url <address>  a deployment; its secret is taken from ADMIN_KEY in the environment
  --project <id>   another project than the demo's or, at --url, than the only one there`;

const Key = z.object({
  id: z.string(),
  name: z.string(),
  hint: z.string(),
  scopes: z.array(z.string()),
  created_at: z.string(),
  revoked_at: z.string().nullable(),
});
const Created = z.object({ key: Key, secret: z.string() });
const Listed = z.object({ keys: z.array(Key) });

type Command = (admin: Admin) => Promise<void>;

await runCommand(async () => {
  quietPlatform();
  const { command, url, project } = readCommand();
  const admin = await (url === undefined ? openLocalAdmin(project) : openRemoteAdmin(url, project));
  try {
    await command(admin);
  } finally {
    await admin.close();
  }
});

function readCommand(): { command: Command; url?: string; project?: string } {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        project: { type: "string" },
        scopes: { type: "string" },
        url: { type: "string" },
      },
    });
    const { scopes, ...where } = values;
    return { command: commandOf(positionals, scopes?.split(",")), ...where };
  } catch (error) {
    throw usageError(USAGE, error);
  }
}

function commandOf([verb, subject, ...rest]: string[], scopes: string[] | undefined): Command {
  if (rest.length === 0 && verb === "create" && subject !== undefined) {
    return (admin) => create(admin, { name: subject, ...(scopes && { scopes }) });
  }
  if (rest.length === 0 && verb === "revoke" && subject !== undefined) {
    return (admin) => revoke(admin, subject);
  }
  if (verb === "list" && subject === undefined) {
    return list;
  }
  throw new UserError(`${wrongIn(verb, subject)}\n\n${USAGE}`);
}

function wrongIn(verb: string | undefined, subject: string | undefined): string {
  if (verb === undefined) {
    return "Say what to do.";
  }
  if (verb === "create" || verb === "revoke") {
    return subject === undefined ? `Say which key to ${verb}.` : `${verb} takes one key.`;
  }
  return verb === "list" ? "list takes no name." : `There is no command "${verb}".`;
}

/** The key goes to stdout alone, so that a script can take it; what a person wants to know, beside. */
async function create(admin: Admin, body: { name: string; scopes?: string[] }): Promise<void> {
  const { key, secret } = Created.parse(await admin.call("POST", "/keys", body));
  console.error(`Key ${key.id} of project ${admin.projectId}: ${key.scopes.join(", ")}`);
  console.error("Keep it now: it is stored as a hash and shown this once.");
  console.log(secret);
}

async function list(admin: Admin): Promise<void> {
  const { keys } = Listed.parse(await admin.call("GET", "/keys"));
  for (const key of keys) {
    const state = key.revoked_at === null ? "" : `  revoked ${key.revoked_at}`;
    const scopes = key.scopes.join(",");
    console.log(`${key.id}  …${key.hint}  ${key.created_at}  ${scopes}  ${key.name}${state}`);
  }
}

async function revoke(admin: Admin, keyId: string): Promise<void> {
  await admin.call("DELETE", `/keys/${encodeURIComponent(keyId)}`);
  console.log(`Revoked ${keyId}: dead everywhere within a minute.`);
}
