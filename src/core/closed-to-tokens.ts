/**
 * What a session token may send with a run. Every field of the call has a rule here: one that is
 * added does not compile before somebody has decided about it.
 */
import type { Caller } from "../domain/access/caller";
import type { OpenToTokens } from "../domain/access/open-to-tokens";
import type { Failure, Issue } from "../domain/failure";
import { isJsonObject } from "../domain/json";
import type { RunConfig } from "../domain/tool";
import { RUN } from "../limits";
import type { RunCall } from "./run-call";

type Path = Issue["path"];

const NOT_OPEN = "the tool's version does not open it to session tokens";

/** Null where the caller may send all of it. */
export function closedPart(caller: Caller, call: RunCall, open: OpenToTokens): Failure | null {
  if (caller.kind === "key") {
    return null;
  }
  const { on_conflict: conflictRules = [], deadline_seconds: isDeadlineOpen = false } = open;
  const roles = new Set<string>(["user", ...(open.roles ?? [])]);
  const closed: Record<keyof RunCall, Path | null> = {
    // These have rules of their own in `plan-run.ts`: they need a look at the store.
    toolId: null,
    turn: null,
    version: null,
    threadId: null,
    knownThread: null,
    config: closedConfig(call.config, open.config ?? {}),
    inputs: closedInput(call.inputs, roles),
    inputMessages: closedMessage(call.inputMessages, roles),
    stream: null,
    conflict: isOneOf(call.conflict, ["queue", ...conflictRules]) ? null : ["on_conflict"],
    ...closedTimes(call, isDeadlineOpen),
    // They change nothing of the run.
    strayMessages: null,
    neverBehindWaiting: null,
    metadata: null,
    andThen: null,
    webhookUrl: call.webhookUrl === null ? null : ["webhook_url"],
  };
  const path = Object.values(closed).find((place) => place !== null);
  return path === undefined
    ? null
    : closedAt(path, path[0] === "webhook_url" ? FOR_KEYS : NOT_OPEN);
}

function closedTimes(
  { deadlineMs, waitDeadlineMs }: RunCall,
  isOpen: boolean,
): Record<"deadlineMs" | "waitDeadlineMs", Path | null> {
  return {
    deadlineMs: isOpen || deadlineMs === RUN.defaultDeadlineMs ? null : ["deadline_seconds"],
    waitDeadlineMs: isOpen || waitDeadlineMs === undefined ? null : ["wait_seconds"],
  };
}

/** @param open What the version opens that the token would run if it named none. */
export function closedVersion(open: OpenToTokens): Failure | null {
  return open.version === true ? null : closedAt(["version"], NOT_OPEN);
}

const FOR_KEYS = "it is for keys alone";

function closedAt(path: Path, reason: string): Failure {
  return { kind: "closed_to_tokens", path, reason };
}

function isOneOf(rule: string, rules: readonly string[]): boolean {
  return rules.includes(rule);
}

function closedConfig(config: RunConfig, open: Record<string, string[]>): Path | null {
  for (const [action, values] of Object.entries(config)) {
    const isKnown = Object.hasOwn(open, action);
    const keys = isKnown ? (open[action] ?? []) : [];
    const closed = Object.keys(values).find((key) => !keys.includes(key));
    if (closed !== undefined || !isKnown) {
      return ["config", action, ...(closed === undefined ? [] : [closed])];
    }
  }
  return null;
}

/** All that a model takes for somebody who speaks; the misspelt one is taken for `assistant`. */
const SPEAKERS = new Set([
  "system",
  "developer",
  "user",
  "assistant",
  "asistant",
  "function",
  "tool",
]);
const SPEECH = ["content", "parts", "tool_calls", "function_call"];

function closedInput(inputs: RunCall["inputs"], roles: ReadonlySet<string>): Path | null {
  const path = closedRole(inputs, roles);
  return path === null ? null : ["inputs", ...path];
}

/** The first message of another role in a value, however deep: a template may hand any of it to a model. */
function closedRole(value: unknown, roles: ReadonlySet<string>): Path | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  if (isMessageOf(value, roles)) {
    return ["role"];
  }
  const keys = Array.isArray(value) ? value.keys() : Object.keys(value);
  for (const key of keys) {
    const path = closedRole(Reflect.get(value, key), roles);
    if (path !== null) {
      return [key, ...path];
    }
  }
  return null;
}

function isMessageOf(value: unknown, roles: ReadonlySet<string>): boolean {
  const role = isJsonObject(value) ? value["role"] : undefined;
  return (
    isJsonObject(value) &&
    typeof role === "string" &&
    SPEAKERS.has(role) &&
    !roles.has(role) &&
    SPEECH.some((field) => field in value)
  );
}

function closedMessage(rows: RunCall["inputMessages"], roles: ReadonlySet<string>): Path | null {
  const row = rows.findIndex((messages) => messages.some(({ role }) => !roles.has(role)));
  return row < 0 ? null : ["inputs", row, "messages"];
}
