/**
 * A POST that is sent again is not done again: the first answer is given once more, byte for byte.
 * `Idempotency-Key` names a request for 24 hours. Clients of OpenAI's family send none, but say
 * `X-Stainless-Retry-Count: 1` and so on when they try again: the same request of the same caller
 * within a minute is then taken for the first one. Only success is kept: what failed did nothing.
 */
import type { Context } from "hono";

import { toHex } from "../../../domain/ids";
import { IDEMPOTENCY } from "../../../limits";
import {
  type AnswerName,
  type KeptAnswer,
  claimAnswer,
  findAnswer,
  isAnsweredAlready,
  keepAnswer,
  keepAnswerAfterwards,
} from "../../../store/access/idempotency";
import type { Alongside, Query } from "../../../store/sql/batch";
import type { AppEnv } from "../app-env";
import { refuse } from "../reply/fail";
import { JSON_TYPE } from "../reply/json";

const KEY_HEADER = "Idempotency-Key";
const RETRY_HEADER = "X-Stainless-Retry-Count";

const KEY_FORM = /^[\x21-\x7e]+$/;

export class Once {
  readonly #db: D1Database;
  readonly #name: AnswerName;
  readonly #fingerprint: string;
  /** A first try under a name that is no key of the client's own: an older one meant another try. */
  readonly #replaces: boolean;
  readonly #keepMs: number;
  readonly #isRetry: boolean;
  #kept = false;

  constructor(
    db: D1Database,
    name: AnswerName,
    request: { fingerprint: string; implicit: boolean; isRetry: boolean },
  ) {
    this.#db = db;
    this.#name = name;
    this.#fingerprint = request.fingerprint;
    this.#replaces = request.implicit;
    this.#keepMs = request.implicit ? IDEMPOTENCY.implicitKeepMs : IDEMPOTENCY.keepMs;
    this.#isRetry = request.isRetry;
  }

  /** The first answer, where this request is not the first; null where it is. */
  async findFirst(): Promise<string | null> {
    if (!this.#isRetry) {
      return null;
    }
    const kept = await findAnswer(this.#db, this.#name, Date.now() - this.#keepMs);
    if (kept === undefined) {
      return null;
    }
    this.#refuseOther(kept);
    return kept.answer;
  }

  #refuseOther({ fingerprint }: KeptAnswer): void {
    if (fingerprint !== this.#fingerprint) {
      refuse({ kind: "idempotency", reason: "other_body" });
    }
  }

  /** The id that the first such request gave to what it made; `candidate` where this one is it. */
  async claim(candidate: string): Promise<string> {
    const nowMs = Date.now();
    const claimed = await claimAnswer(this.#db, this.#name, this.#record(candidate), {
      nowMs,
      sinceMs: nowMs - this.#keepMs,
      replaces: !this.#isRetry,
    });
    this.#refuseOther(claimed);
    return claimed.answer;
  }

  /** What keeps the answer, for the batch that does the work: see `keepAnswer`. */
  keep(answer: object): Query<unknown> {
    this.#kept = true;
    return keepAnswer(this.#db, this.#name, this.#record(JSON.stringify(answer)), {
      nowMs: Date.now(),
      replaces: this.#replaces,
    });
  }

  /** Keeps the answer of work that did not do so itself: such work may be repeated without harm. */
  async keepAfterwards(response: Response): Promise<void> {
    if (this.#kept || response.status !== 200) {
      return;
    }
    const answer = (await response.clone().text()).trimEnd();
    await keepAnswerAfterwards(this.#db, this.#name, this.#record(answer), Date.now());
  }

  #record(answer: string) {
    return { fingerprint: this.#fingerprint, answer };
  }
}

/** Null where the client asks for nothing of the kind. @param body What the request says, as JSON. */
export async function readOnce(c: Context<AppEnv>, body: unknown): Promise<Once | null> {
  const key = readKey(c);
  const retries = c.req.header(RETRY_HEADER);
  if (key === undefined && retries === undefined) {
    return null;
  }
  const fingerprint = await fingerprintOf(c, body);
  const { caller } = c.var;
  const name = {
    projectId: caller.projectId,
    caller: caller.kind === "token" ? caller.endUserId : "",
    key: key === undefined ? `implicit/${nameOf(c)}/${fingerprint}` : `key/${key}`,
  };
  return new Once(c.env.DB, name, {
    fingerprint,
    implicit: key === undefined,
    isRetry: key !== undefined || Number(retries) >= 1,
  });
}

/** What a creating verb runs alongside, so that the answer is kept with what it answers. */
export function keepAnswerOf<Made>(
  { var: { once } }: Context<AppEnv>,
  present: (made: Made) => object,
): Alongside<Made> | undefined {
  return once ? (made) => once.keep(present(made)) : undefined;
}

export function repeatAnswer(c: Context<AppEnv>, answer: string): Response {
  return c.body(`${answer}\n`, 200, { ...JSON_TYPE, "Idempotent-Replayed": "true" });
}

/**
 * The answer to a request whose batch failed because its twin, sent at the same time, was first;
 * null for any other exception.
 */
export async function answerTwin(c: Context<AppEnv>, error: unknown): Promise<Response | null> {
  const { once } = c.var;
  if (!once || !isAnsweredAlready(error)) {
    return null;
  }
  const first = await once.findFirst();
  return first === null ? null : repeatAnswer(c, first);
}

export function refuseKey(c: Context<AppEnv>): void {
  if (readKey(c) !== undefined) {
    const message = "cannot be given to this call: its answer is a secret that is shown once";
    refuseHeader(message);
  }
}

function readKey(c: Context<AppEnv>): string | undefined {
  const key = c.req.header(KEY_HEADER);
  if (key !== undefined && (!KEY_FORM.test(key) || key.length > IDEMPOTENCY.maxKeyChars)) {
    refuseHeader(`must be 1 to ${IDEMPOTENCY.maxKeyChars} visible ASCII characters`);
  }
  return key;
}

function refuseHeader(message: string): never {
  return refuse({ kind: "invalid", where: "header", issues: [{ path: [KEY_HEADER], message }] });
}

/** The very key: two keys of a project are two clients. */
function nameOf({ var: { caller } }: Context<AppEnv>): string {
  return caller.kind === "key" ? caller.keyId : "token";
}

async function fingerprintOf(c: Context<AppEnv>, body: unknown): Promise<string> {
  const url = new URL(c.req.url);
  const text = [c.req.method, c.req.path, url.search, JSON.stringify(body)].join("\n");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return toHex(new Uint8Array(digest));
}
