/**
 * One operation of the API, said once: who may call it, what it takes, what it answers. The same
 * words admit the caller, judge the input, type the handler and its reply, and make the document.
 */
import type { Context, MiddlewareHandler, Next, TypedResponse } from "hono";
import type * as z from "zod";

import { LookAhead, type ToolName } from "../../core/known-tools";
import { type Scope, type Verb, mayCall } from "../../domain/access/caller";
import { A_KEY } from "../../domain/access/needs";
import type { Failure } from "../../domain/failure";
import { databaseOf } from "../../store/sql/databases";
import { authenticate } from "./access/authenticate";
import { limitRate } from "./access/limit-rate";
import { admitOperator } from "./access/operator";
import type { AppEnv } from "./app-env";
import {
  readIdempotency,
  refuseKey,
  replayResponse,
  saysRetries,
  subjectOf,
} from "./idempotency/idempotent-request";
import { fail, unwrap } from "./reply/fail";
import { JSON_TYPE, toJsonLine } from "./reply/json-line";
import { JSON_ROOM, withRoom } from "./request/body-budget";
import { refuseEncoded } from "./request/refuse-encoded";
import { refuseWrongHost } from "./request/refuse-wrong-host";
import { parseBody, validateQuery } from "./request/validate";

type Schema = z.ZodType<object> | undefined;

export interface Operation<Query = Schema, Body = Schema, Reply = Schema> {
  /** The document's `operationId`; unique in the whole API. */
  id: string;
  /** The document's group: a noun in the plural. */
  tag: string;
  summary: string;
  description?: string;
  /** What the caller's key or token must list; `operator` is whoever holds `ADMIN_KEY`. */
  access: Scope | "operator";
  /** What a session token must list; absent: the call is for keys alone. */
  verb?: Verb;
  /** Without one, a query is refused. */
  query?: Query;
  /** JSON; an empty body is judged as `{}`. */
  body?: Body;
  /** Bytes of the body, where it may be larger than `REQUEST.jsonMaxBytes`. */
  bodyMaxBytes?: number;
  /** The body may be form-urlencoded as well. */
  form?: true;
  /**
   * How a retry by `Idempotency-Key` is answered, where not by the first answer: `own`, the handler
   * sees to it; `never`, it is refused, because the answer is a secret that is stored nowhere.
   */
  retry?: "own" | "never";
  /** The tool whose usual version the call will want, as its path names it. */
  lookAhead?: (c: Context<AppEnv>) => Omit<ToolName, "version">;
  /** Request headers that the call heeds and the document is to name, and what each says. */
  headers?: Readonly<Record<string, string>>;
  /** JSON of the 200 reply; return it by `reply`. */
  reply?: Reply;
  /** One event of the 200 reply where it is a stream of events. */
  events?: z.ZodType;
  /** Failures beyond those that access, path and input imply. */
  failures?: readonly Failure["kind"][];
  /** What schemas do not say: bodies and replies that are no JSON. Laid over the document's operation. */
  document?: Record<string, unknown>;
}

/** What the handler reads by `c.req.valid` and answers by `reply`. */
interface OperationInput<Query, Body, Reply> {
  in: Part<Query, { query: z.input<Query> }> & Part<Body, { json: z.input<Body> }>;
  out: Part<Query, { query: z.output<Query> }> &
    Part<Body, { json: z.output<Body> }> &
    Part<Reply, { reply: z.output<Reply> }>;
}

type Part<S, Whole> = S extends z.ZodType ? Whole : object;

const operations = new WeakMap<object, Operation>();

/** The operation that a route's handler was made from, if any. */
export function operationOf(handler: object): Operation | undefined {
  return operations.get(handler);
}

/** The middleware that stands before a handler: `.post("/threads", operation({…}), async (c) => …)`. */
export function operation<
  Query extends Schema = undefined,
  Body extends Schema = undefined,
  Reply extends Schema = undefined,
>(
  spec: Operation<Query, Body, Reply>,
): MiddlewareHandler<AppEnv, string, OperationInput<Query, Body, Reply>> {
  const readQuery = validateQuery(spec.query);
  const admitAndRead: MiddlewareHandler<AppEnv> = async (c, next) => {
    refuseWrongHost(c.req.raw);
    await admit(c, spec);
    refuseEncoded(c.req.raw);
    await readQuery(c, () => Promise.resolve());
    const { body: schema } = spec;
    if (schema === undefined) {
      return answer(c, spec, undefined, next);
    }
    return withRoom(c, JSON_ROOM, async (held) => {
      c.set("heldBody", {
        get bytes() {
          return held.bytes;
        },
        letGo() {
          c.req.addValidatedData("json", {});
          held.release();
        },
      });
      return answer(c, spec, await parseBody(schema, c.req.raw, held, spec), next);
    });
  };
  operations.set(admitAndRead, spec);
  return admitAndRead;
}

async function answer(
  c: Context<AppEnv>,
  spec: Operation,
  body: object | undefined,
  next: Next,
): Promise<Response | undefined> {
  c.req.addValidatedData("json", body ?? {});
  try {
    if (mayComeAgain(c) && spec.access !== "operator" && spec.retry !== "own") {
      return await answerOnce(c, spec, body, next);
    }
    await next();
    return undefined;
  } finally {
    c.get("readRoom")?.release();
  }
}

/** A DELETE whose answer was lost would else be told that there is nothing to delete. */
function mayComeAgain({ req }: Context<AppEnv>): boolean {
  return req.method === "POST" || (req.method === "DELETE" && saysRetries(req));
}

async function answerOnce(
  c: Context<AppEnv>,
  { retry }: Operation,
  body: object | undefined,
  next: Next,
): Promise<Response | undefined> {
  if (retry === "never") {
    refuseKey(c);
    await next();
    return undefined;
  }
  const idempotent = await readIdempotency(c, body);
  c.set("idempotent", idempotent);
  const first = await idempotent?.lookup();
  if (first !== undefined && first !== null) {
    return replayResponse(c, first);
  }
  await next();
  await idempotent?.storeResponse(c.res, subjectOf(c));
  return undefined;
}

/** Answers 200 with what the operation's `reply` describes, and nothing else compiles. */
export function reply<I extends { out: { reply: object } }>(
  c: Context<AppEnv, string, I>,
  value: I["out"]["reply"],
) {
  type Typed = ReturnType<typeof c.json<I["out"]["reply"], 200>>;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the text is what `c.json` writes, and a line end
  return c.body(toJsonLine(value), 200, JSON_TYPE) as Response as Typed;
}

/** Marks a reply that is no JSON for the typed client, which reads it as text or as a stream. */
export function replyText(response: Response): Response & TypedResponse<string, 200, "text"> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mark exists in types alone
  return response as Response & TypedResponse<string, 200, "text">;
}

async function admit(
  c: Context<AppEnv>,
  { access, verb, lookAhead }: Pick<Operation, "access" | "verb" | "lookAhead">,
): Promise<void> {
  if (access === "operator") {
    await admitOperator(c);
    return;
  }
  if (lookAhead !== undefined) {
    const tool = lookAhead(c);
    c.set("lookAhead", new LookAhead(databaseOf(c.env, tool), { ...tool, version: "default" }));
  }
  const caller = unwrap(await authenticate(c));
  if (!mayCall(caller, { scope: access, verb })) {
    fail({ kind: "forbidden", needs: caller.kind === "key" ? access : (verb ?? A_KEY) });
  }
  await limitRate(c.env, caller);
  c.set("caller", caller);
}
