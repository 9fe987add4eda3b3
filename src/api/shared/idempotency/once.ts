/** One request that may be sent again, and the first answer to it. */
import { IDEMPOTENCY } from "../../../limits";
import {
  type AnswerName,
  type FoundAnswer,
  type KeptAnswer,
  claimAnswer,
  findAnswer,
  keepAnswer,
  keepAnswerAfterwards,
} from "../../../store/access/idempotency";
import type { Query } from "../../../store/sql/batch";
import { refuse } from "../reply/fail";
import { compactAnswer, restoreAnswer } from "./compact-answer";

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
