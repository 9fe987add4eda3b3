import type { RouterRoute } from "hono/types";

import type { LookAhead } from "../../core/known-tools";
import type { Caller } from "../../domain/access/caller";
import type { Failure } from "../../domain/failure";
import type { IdempotentRequest } from "./idempotency/request-record";
import type { ErrorMap } from "./reply/error-map";

/** What every Hono app of Bobbin carries. */
export interface AppEnv {
  Bindings: Env;
  Variables: {
    /** Also in the reply's `X-Request-Id` and in every error. */
    requestId: string;
    /** Of the whole app, for a path that is none. */
    routes: readonly RouterRoute[];
    /** Of the dialect for which a path that is none was meant; undefined where that is not plain. */
    errorsOf: (path: string) => ErrorMap | undefined;
    /** Set by a dialect: names in the query of any of its calls that its clients send without a need. */
    ignoredQuery?: readonly string[];
    /** Set by a dialect whose clients may send the credential, bare, in this header instead. */
    credentialHeader?: string;
    /** Set by `operation` where its path names a tool. */
    lookAhead?: LookAhead;
    /** Set by `operation` where its access is a scope. */
    caller: Caller;
    /** Set by `operation` where the client may send the request again; null where it does not say so. */
    idempotent: IdempotentRequest | null;
    /**
     * Set by `operation` where it reads a JSON body: what it takes of the isolate's memory. Whoever has done with it and
     * waits for something else lets it go.
     */
    heldBody?: { readonly bytes: number; letGo: () => void };
    /** Set where the call reads what takes much of this isolate's memory. */
    readRoom?: { find: (bytes: number) => Failure | null; release: () => void };
    /** Set where the call was refused: the failure's kind, for the log. */
    failure?: string;
    /** Set where the reply keeps from its caller why this run failed, for the log. */
    hiddenRunId?: string;
  };
}
