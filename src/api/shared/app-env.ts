import type { Caller } from "../../domain/caller";

/** What every Hono app of Bobbin carries. */
export interface AppEnv {
  Bindings: Env;
  Variables: {
    /** Also in the reply's `X-Request-Id` and in every error. */
    requestId: string;
    /** Set by `operation` where its access is a scope. */
    caller: Caller;
  };
}
