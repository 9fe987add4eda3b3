/**
 * Who is calling, and how far the caller reaches. A key reaches its whole project; a session token
 * does what its verbs list, and of the threads reaches the named one or those of its own end user.
 */
export const SCOPES = ["read", "write", "run", "admin"] as const;
/** A kind of call that a key may make. */
export type Scope = (typeof SCOPES)[number];

/**
 * What a session token may list. A call that has no verb here is for keys alone. The scope beside it
 * is what a key must have to hand the verb on.
 */
export const VERB_SCOPES = {
  "threads:create": "write",
  "threads:read": "read",
  "threads:update": "write",
  "threads:delete": "write",
  "messages:create": "write",
  "messages:read": "read",
  "messages:update": "write",
  "files:create": "write",
  "files:read": "read",
  "runs:create": "run",
  "runs:read": "read",
  "runs:cancel": "run",
  "runs:submit": "run",
} as const satisfies Record<string, Scope>;
/** A kind of call that a token may list. */
export type Verb = keyof typeof VERB_SCOPES;

/** Who asks: a project's key, or an end user by a session token. */
export type Caller = KeyCaller | TokenCaller;

interface KeyCaller {
  kind: "key";
  projectId: string;
  /** The small number that files show as `projectId`. */
  projectNumber: number;
  keyId: string;
  scopes: readonly Scope[];
}

/** An end user, by a session token and what it lists. */
export interface TokenCaller {
  kind: "token";
  projectId: string;
  projectNumber: number;
  /** The customer's own name for the person behind the token. */
  endUserId: string;
  /** `own`: threads made with tokens of this end user, and new ones; else this one thread. */
  threads: "own" | { threadId: string };
  /** The tools it may run. */
  toolIds: readonly string[];
  verbs: readonly Verb[];
}

/** What a call asks of its caller: this scope of a key, this verb of a token. */
export interface Access {
  scope: Scope;
  /** Absent: no token may. */
  verb?: Verb | undefined;
}

/** Whether the key has the scope, or the token lists the verb. */
export function mayCall(caller: Caller, { scope, verb }: Access): boolean {
  return caller.kind === "key"
    ? caller.scopes.includes(scope)
    : verb !== undefined && caller.verbs.includes(verb);
}

/** A key runs every tool of its project, a token those that it lists. */
export function mayRunTool(caller: Caller, toolId: string): boolean {
  return caller.kind === "key" || caller.toolIds.includes(toolId);
}

/**
 * How far a query reaches: every query of `store/` takes one, and a row outside it does not exist.
 * Made of a key it is the whole project.
 */
export interface AccessScope {
  projectId: string;
  /** Owns what is made, and bounds what is seen; null is everybody. */
  endUserId: string | null;
  /** The one thread in reach, whoever owns it; null is all that `endUserId` leaves. */
  threadId: string | null;
}

/** What the store shows this caller. */
export function scopeOf(caller: Caller): AccessScope {
  const { projectId } = caller;
  if (caller.kind === "key") {
    return { projectId, endUserId: null, threadId: null };
  }
  const threadId = caller.threads === "own" ? null : caller.threads.threadId;
  return { projectId, endUserId: caller.endUserId, threadId };
}
