/**
 * Ids that OpenAI has made. Threads, messages and stores keep theirs when they are imported. Assistants, runs
 * and files have ids of a fixed form here: an id of another form may be the alias of an imported one.
 */
import type { Context } from "hono";

import { HEX_20, HEX_64 } from "../../domain/ids";
import { findAlias } from "../../store/aliases/find-alias";
import { databaseOf } from "../../store/sql/databases";
import type { AppEnv } from "../shared/app-env";
import { fromWireId, idOf, toWireId } from "./ids";

const OWN_FORMS = {
  assistant: HEX_20,
  run: HEX_64,
  file: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
} as const;
type AliasedKind = keyof typeof OWN_FORMS;

/** The id without its prefix; an id of a form that is not made here is looked up among the aliases first. */
export async function bareIdOf(
  c: Context<AppEnv>,
  kind: AliasedKind,
  given: string,
): Promise<string> {
  const bare = fromWireId(kind, given);
  if (OWN_FORMS[kind].test(bare)) {
    return bare;
  }
  const { projectId } = c.var.caller;
  const name = { projectId, kind, wireId: toWireId(kind, bare) };
  return (await findAlias(databaseOf(c.env, c.var.caller), name)) ?? bare;
}

/** `bareIdOf` the id that the path names. */
export function aliasedIdOf(c: Context<AppEnv>, kind: AliasedKind): Promise<string> {
  return bareIdOf(c, kind, idOf(c, kind));
}

/** `bareIdOf` an id that may be missing. */
export async function bareIdIfAny(
  c: Context<AppEnv>,
  kind: AliasedKind,
  given: string | undefined,
): Promise<string | undefined> {
  return given === undefined ? undefined : bareIdOf(c, kind, given);
}
