/**
 * A POST that is sent again is not done again: the first answer is given once more, byte for byte.
 * `Idempotency-Key` names a request for 24 hours. Clients of OpenAI's family send none, but say
 * `X-Stainless-Retry-Count: 1` and so on when they try again: the same request of the same caller
 * within a minute is then taken for the first one. Only success is kept: what failed did nothing.
 */
import type { Context } from "hono";

import type { Caller } from "../../../domain/access/caller";
import { toHex } from "../../../domain/ids";
import { IDEMPOTENCY } from "../../../limits";
import {
  type AnswerName,
  type FoundAnswer,
  type KeptAnswer,
  callerName,
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
import { compactAnswer, restoreAnswer } from "./compact-answer";

const KEY_HEADER = "Idempotency-Key";
const RETRY_HEADER = "X-Stainless-Retry-Count";

const KEY_FORM = /^[\x21-\x7e]+$/;

export class Once {
  readonly #db: D1Database;
  readonly #name: AnswerName;
  readonly #fingerprint: string;
  readonly #request: unknown;
  /** A first try under a name that is no key of the client's own: an older one meant another try. */
  readonly #replaces: boolean;
  readonly #keepMs: number;
  readonly #isRetry: boolean;
  #kept = false;

  constructor(
    db: D1Database,
    name: AnswerName,
    request: { body: unknown; fingerprint: string; implicit: boolean; isRetry: boolean },
  ) {
    this.#db = db;
    this.#name = name;
    this.#fingerprint = request.fingerprint;
    this.#request = request.body;
    this.#replaces = request.implicit;
    this.#keepMs = request.implicit ? IDEMPOTENCY.implicitKeepMs : IDEMPOTENCY.keepMs;
    this.#isRetry = request.isRetry;
  }

  /** The first answer, where this request is not the first; null where it is, or may be done again. */
  async findFirst(): Promise<string | null> {
    if (!this.#isRetry) {
      return null;
    }
    const { found, kept } = await findAnswer(this.#db, this.#name, Date.now() - this.#keepMs);
    if (found === undefined) {
      refuseFull(kept, this.#name);
      return null;
    }
    this.#refuseUnlike(found);
    return found.answer === null ? null : restoreAnswer(found.answer, this.#request);
  }

  #refuseUnlike({ fingerprint, isGone }: FoundAnswer): void {
    if (fingerprint !== this.#fingerprint) {
      refuse({ kind: "idempotency", reason: "other_body" });
    }
    if (isGone) {
      refuse({ kind: "idempotency", reason: "gone" });
    }
  }

  /** The id that the first such request gave to what it made; `candidate` where this one is it. */
  async claim(candidate: string): Promise<string> {
    const nowMs = Date.now();
    const record = { fingerprint: this.#fingerprint, answer: candidate, subject: candidate };
    const claimed = await claimAnswer(this.#db, this.#name, record, {
      nowMs,
      sinceMs: nowMs - this.#keepMs,
      replaces: !this.#isRetry,
    });
    this.#refuseUnlike(claimed);
    return claimed.answer ?? candidate;
  }

  /**
   * What keeps the answer, for the batch that does the work: see `keepAnswer`.
   * @param subject Id of what the work makes.
   */
  keep(answer: object, subject: string): Query<unknown> {
    this.#kept = true;
    const record = this.#record(compactAnswer(answer, this.#request), subject);
    return keepAnswer(this.#db, this.#name, record, {
      nowMs: Date.now(),
      replaces: this.#replaces,
    });
  }

  /**
   * Keeps the answer of work that did not do so itself. Such work may be repeated without harm, and
   * is, where its answer is no small one.
   * @param subject Id of what the work was done to.
   */
  async keepAfterwards(response: Response, subject: string | null): Promise<void> {
    if (this.#kept || response.status !== 200) {
      return;
    }
    const text = await response.clone().text();
    const whole =
      text.length > IDEMPOTENCY.answerMaxChars
        ? null
        : compactAnswer(JSON.parse(text), this.#request);
    const record = this.#record(whole, subject);
    await keepAnswerAfterwards(this.#db, this.#name, record, Date.now());
  }

  #record(answer: string | null, subject: string | null): KeptAnswer {
    return { fingerprint: this.#fingerprint, answer, subject };
  }
}

/** A day's worth of records is what a caller can fill the database with: bounded, and told. */
function refuseFull(kept: number, { caller }: AnswerName): void {
  const limit = caller.startsWith("user/")
    ? IDEMPOTENCY.maxKeptPerEndUser
    : IDEMPOTENCY.maxKeptPerKey;
  if (kept >= limit) {
    refuse({ kind: "quota_exceeded", quota: "Idempotency-Keys a day of one caller", limit });
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
    caller: callerName(caller),
    key: `${boundOf(caller)}${key === undefined ? `implicit/${fingerprint}` : `key/${key}`}`,
  };
  return new Once(c.env.DB, name, {
    body,
    fingerprint,
    implicit: key === undefined,
    isRetry: key !== undefined || Number(retries) >= 1,
  });
}

/** What a creating verb runs alongside, so that the answer is kept with what it answers. */
export function keepAnswerOf<Made extends { id: string }>(
  { var: { once } }: Context<AppEnv>,
  present: (made: Made) => object,
): Alongside<Made> | undefined {
  return once ? (made) => once.keep(present(made), made.id) : undefined;
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

/** A token that is bound to one thread does not see what its end user did in others. */
function boundOf(caller: Caller): string {
  return caller.kind === "key" || caller.threads === "own"
    ? ""
    : `${JSON.stringify(caller.threads.threadId)}/`;
}

/** Id of what a call is about: the last that its path names. */
export function subjectOf(c: Context<AppEnv>): string | null {
  const params: Record<string, string> = c.req.param();
  return Object.values(params).at(-1) ?? null;
}

async function fingerprintOf(c: Context<AppEnv>, body: unknown): Promise<string> {
  const url = new URL(c.req.url);
  const text = [c.req.method, c.req.path, url.search, JSON.stringify(body)].join("\n");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return toHex(new Uint8Array(digest));
}
