/** One request that may be sent again, and the first answer to it. */
import { IDEMPOTENCY } from "../../../limits";
import {
  type RequestClaim,
  type RequestName,
  type FoundResponse,
  type StoredResponse,
  reserveResponse,
  findResponse,
  insertResponse,
  storeResponse,
} from "../../../store/access/idempotency";
import type { Query } from "../../../store/sql/batch";
import type { ProjectDatabase } from "../../../store/sql/databases";
import { fail } from "../reply/fail";
import { compactAnswer, restoreAnswer } from "./compact-answer";

/**
 * One request under its idempotency key: looked up, reserved, and answered again from its record.
 */
export class IdempotentRequest {
  readonly #db: ProjectDatabase;
  readonly #name: RequestName;
  readonly #fingerprint: string;
  readonly #request: unknown;
  /** An implicit name (OpenAI's retry count) stands for a new request each time: it overwrites an older record. */
  readonly #replaces: boolean;
  readonly #keepMs: number;
  readonly #isRetry: boolean;
  #kept = false;

  constructor(
    db: ProjectDatabase,
    name: RequestName,
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

  /** The stored answer; null where the request is to be carried out. */
  async lookup(): Promise<string | null> {
    if (!this.#isRetry) {
      return null;
    }
    const { found, kept } = await this.#find();
    if (found === undefined) {
      refuseFull(kept, this.#name);
      return null;
    }
    this.#refuseUnlike(found);
    return found.answer === null ? null : restoreAnswer(found.answer, this.#request);
  }

  #find() {
    return findResponse(this.#db, this.#name, Date.now() - this.#keepMs);
  }

  #refuseUnlike({ fingerprint, isGone }: FoundResponse): void {
    if (fingerprint !== this.#fingerprint) {
      fail({ kind: "idempotency", reason: "other_body" });
    }
    if (isGone) {
      fail({ kind: "idempotency", reason: "gone" });
    }
  }

  /** The id that the first such request gave to what it made; `candidate` where this one is it. */
  async reserve(candidate: string): Promise<string> {
    const nowMs = Date.now();
    const record = { fingerprint: this.#fingerprint, answer: candidate, subject: candidate };
    const claimed = await reserveResponse(this.#db, this.#name, record, {
      nowMs,
      sinceMs: nowMs - this.#keepMs,
      replaces: !this.#isRetry,
    });
    this.#refuseUnlike(claimed);
    return claimed.answer ?? candidate;
  }

  /** The run that has claimed this request's name; null where none has. */
  async claimed(): Promise<string | null> {
    const { found } = this.#isRetry ? await this.#find() : { found: undefined };
    if (found === undefined) {
      return null;
    }
    this.#refuseUnlike(found);
    return found.answer;
  }

  /** This request's name as a run takes it with its admission, instead of `reserve`. */
  claim(): RequestClaim {
    const nowMs = Date.now();
    return {
      name: this.#name,
      fingerprint: this.#fingerprint,
      nowMs,
      sinceMs: nowMs - this.#keepMs,
      replaces: !this.#isRetry,
    };
  }

  /**
   * What keeps the answer, for the batch that does the work: see `insertResponse`.
   * @param subject Id of what the work makes.
   */
  store(answer: object, subject: string): Query<unknown> {
    this.#kept = true;
    const record = this.#record(compactAnswer(answer, this.#request), subject);
    return insertResponse(this.#db, this.#name, record, {
      nowMs: Date.now(),
      replaces: this.#replaces,
    });
  }

  /**
   * Keeps the answer of work that did not do so itself. Such work may be repeated without harm, and
   * is, where its answer is no small one.
   * @param subject Id of what the work was done to.
   */
  async storeResponse(response: Response, subject: string | null): Promise<void> {
    if (this.#kept || response.status !== 200) {
      return;
    }
    const text = await response.clone().text();
    const whole =
      text.length > IDEMPOTENCY.answerMaxChars
        ? null
        : compactAnswer(JSON.parse(text), this.#request);
    const record = this.#record(whole, subject);
    await storeResponse(this.#db, this.#name, record, Date.now());
  }

  #record(answer: string | null, subject: string | null): StoredResponse {
    return { fingerprint: this.#fingerprint, answer, subject };
  }
}

/** Refuses a caller that has as many records of a day as one may keep: they take room in the database. */
function refuseFull(kept: number, { caller }: RequestName): void {
  const limit = caller.startsWith("user/")
    ? IDEMPOTENCY.maxKeptPerEndUser
    : IDEMPOTENCY.maxKeptPerKey;
  if (kept >= limit) {
    fail({ kind: "quota_exceeded", quota: "Idempotency-Keys a day of one caller", limit });
  }
}
