/**
 * The wire's prefixed ids; a bare id is accepted wherever a prefixed one is. Clients cut ids out of
 * error texts by `thread_\w+`, so that what is made here is letters and digits alone.
 */
import type { Context } from "hono";
import { customAlphabet } from "nanoid";

import type { AppEnv } from "../shared/app-env";
import { fail } from "../shared/reply/fail";

const PREFIXES = {
  assistant: "asst_",
  thread: "thread_",
  message: "msg_",
  run: "run_",
  step: "step_",
  file: "file-",
  vector_store: "vs_",
  batch: "vsfb_",
} as const;
export type IdKind = keyof typeof PREFIXES;

/** 142 random bits. */
const NEW_ID_CHARS = 24;

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Bare, of a thread or a message. */
export const newWireId = customAlphabet(ALPHABET, NEW_ID_CHARS);

export function toWireId(kind: IdKind, id: string): string {
  return `${PREFIXES[kind]}${id}`;
}

export function fromWireId(kind: IdKind, wireId: string): string {
  const prefix = PREFIXES[kind];
  return wireId.startsWith(prefix) ? wireId.slice(prefix.length) : wireId;
}

/** What a client's variable says that was never set; the order of arguments differs between SDKs. */
const NO_ID = new Set(["undefined", "null", "[object Object]"]);

/** Parameters of paths that requests and errors call otherwise. */
const WIRE_NAMES: Readonly<Record<string, string>> = { store_file_id: "file_id" };

/** The bare id that the path names as `<kind>_id`. */
export function idOf(c: Context<AppEnv>, kind: IdKind, name = `${kind}_id`): string {
  const id = c.req.param(name) ?? "";
  if (NO_ID.has(id)) {
    const prefix = PREFIXES[kind].slice(0, -1);
    const wireName = WIRE_NAMES[name] ?? name;
    const message = `Invalid '${wireName}': '${id}'. Expected an ID that begins with '${prefix}'`;
    const rule = { kind: "named", code: "invalid_value" } as const;
    fail({ kind: "invalid", where: "path", issues: [{ path: [wireName], message, rule }] });
  }
  return fromWireId(kind, id);
}
