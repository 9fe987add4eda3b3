/**
 * Who is calling, and how far the caller reaches. A key reaches its whole project; a session token
 * reaches what it lists, and of the threads only the named one or those of its own end user.
 */
export const SCOPES = ["read", "write", "run", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

export type Caller = KeyCaller | TokenCaller;

export interface KeyCaller {
  kind: "key";
  projectId: string;
  /** The small number that files show as `projectId`. */
  projectNumber: number;
  keyId: string;
  scopes: readonly Scope[];
}

export interface TokenCaller {
  kind: "token";
  projectId: string;
  projectNumber: number;
  /** The customer's own name for the person behind the token. */
  endUserId: string;
  /** `own`: threads made with tokens of this end user, and new ones; else this one thread. */
  threads: "own" | { threadId: string };
  toolIds: readonly string[];
  scopes: readonly Scope[];
}

/**
 * How far a query reaches: every query of `store/` takes one, and a row outside it does not exist.
 * `endUserId` null is the whole project.
 */
export interface Reach {
  projectId: string;
  endUserId: string | null;
}

export function reachOf(caller: Caller): Reach {
  return {
    projectId: caller.projectId,
    endUserId: caller.kind === "token" && caller.threads === "own" ? caller.endUserId : null,
  };
}
