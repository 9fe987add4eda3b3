/**
 * What a tool's version opens to session tokens beyond what every token may: a field of its
 * definition, checked at deploy by `engine/definition/check-open.ts`. What is absent is closed.
 */
import type { Role } from "../message";

/** Rules for a busy thread that a version may open; `queue` is everybody's. */
export const OPENABLE_CONFLICT_RULES = ["reject", "interrupt", "rollback"] as const;

/** As deployed. Actions stand by their names. */
export interface OpenToTokens {
  /** Keys of these actions' configs that a run may change. */
  config?: Record<string, string[]> | undefined;
  /** A run may name its version; what that one opens holds then. */
  version?: boolean | undefined;
  deadline_seconds?: boolean | undefined;
  on_conflict?: (typeof OPENABLE_CONFLICT_RULES)[number][] | undefined;
  /** Of messages in a run's inputs, beside `user`. */
  roles?: Role[] | undefined;
  /** Actions of which runs tell all but errors and usage. */
  outputs?: string[] | undefined;
  /** Files of the project that a run may be given: these, or all that belong to no end user. */
  files?: "project" | string[] | undefined;
}
