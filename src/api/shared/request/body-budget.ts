/**
 * What the bodies of requests under way take of an isolate's memory, counted while they are held: each
 * has a limit, and a thousand at once would still pass what an isolate has.
 */
import type { Context } from "hono";

import type { Caller } from "../../../domain/access/caller";
import type { Failure } from "../../../domain/failure";
import { FILE, IMPORT, REQUEST, RETRY } from "../../../limits";
import { LeasedShares, type ShareLimits } from "../access/leased-shares";
import type { AppEnv } from "../app-env";
import { fail } from "../reply/fail";

export interface HeldBody {
  readonly bytes: number;
  /** Takes up to so many bytes in all; ends the request where they are not left for its caller. */
  raise(bytes: number): void;
  /** The same; says why there is no room, and ends nothing. */
  find(bytes: number): Failure | null;
  /** Gives all of it back; harmless when repeated. */
  release(): void;
}

export class BodyBudget {
  readonly #shares: LeasedShares;

  constructor(limits: ShareLimits, now: () => number = Date.now) {
    this.#shares = new LeasedShares(limits, now);
  }

  /** Bytes that all bodies hold. */
  get heldBytes(): number {
    return this.#shares.amount;
  }

  /** @param maxMs How long it may be held: what is released later has been taken back before. */
  open(caller: Caller | undefined, maxMs: number): HeldBody {
    const lease = this.#shares.open(caller, maxMs);
    const find = (bytes: number): Failure | null => {
      const full = lease.raise(bytes);
      if (full === undefined) {
        return null;
      }
      const message = `${full.whose} request bodies and runs of ${full.limit} bytes under way here already.`;
      return { kind: "unavailable", message, retryAfterSeconds: RETRY.afterSeconds };
    };
    return {
      get bytes() {
        return lease.amount;
      },
      raise: (bytes) => {
        const full = find(bytes);
        if (full !== null) {
          fail(full);
        }
      },
      find,
      release: () => lease.release(),
    };
  }
}

/** Memory of this isolate. */
export const bodyBudget = new BodyBudget(REQUEST.bodiesInFlight);

/**
 * Does the work while so many bytes are held for it. It goes on to its end though its client leaves:
 * work that the platform drops gives nothing back.
 */
export function withRoom<T>(
  c: Context<AppEnv>,
  { bytes, maxMs }: { bytes: number; maxMs: number },
  work: (held: HeldBody) => Promise<T>,
): Promise<T> {
  const result = holdWhile(bodyBudget.open(c.var.caller, maxMs), bytes, work);
  c.executionCtx.waitUntil(result.catch(() => undefined));
  return result;
}

async function holdWhile<T>(
  held: HeldBody,
  bytes: number,
  work: (held: HeldBody) => Promise<T>,
): Promise<T> {
  try {
    held.raise(bytes);
    return await work(held);
  } finally {
    held.release();
  }
}

/** A JSON body takes its room as it comes. */
export const JSON_ROOM = { bytes: 0, maxMs: REQUEST.jsonMaxMs + REQUEST.answerMaxMs };

/** What its sender says that the body is long; undefined where it does not, and sends it in chunks. */
export function declaredBytes(request: Request): number | undefined {
  const length = request.headers.get("Content-Length");
  return length === null ? undefined : Number(length);
}

/**
 * Room for what the call reads of stored runs, beside its body: as text and as values, then as values and as
 * the answer's text. It is given back with the answer: see `operation.ts`.
 */
export function roomToRead(c: Context<AppEnv>): (bytes: number) => Failure | null {
  let bytes = 0;
  return (more) => {
    const held = c.get("readRoom") ?? bodyBudget.open(c.var.caller, REQUEST.answerMaxMs);
    c.set("readRoom", held);
    bytes += READ_HELD_TIMES * more;
    return held.find(bytes);
  };
}

const READ_HELD_TIMES = 2;

/** A file passes through: what is held are a read of it, a part, and the part that R2 takes. */
export function uploadRoom(request: Request): { bytes: number; maxMs: number } {
  const bytes = FILE.uploadReadBytes + 2 * Math.min(lengthOf(request), FILE.uploadPartBytes);
  return { bytes, maxMs: REQUEST.uploadMaxMs + REQUEST.answerMaxMs };
}

/** As of a file, and a line of an import as text and as values. */
export function importRoom(request: Request): { bytes: number; maxMs: number } {
  const { bytes, maxMs } = uploadRoom(request);
  return { bytes: bytes + 2 * Math.min(lengthOf(request), IMPORT.lineMaxBytes), maxMs };
}

function lengthOf(request: Request): number {
  return declaredBytes(request) ?? Number.POSITIVE_INFINITY;
}
