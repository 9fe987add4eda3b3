/** The id of the run that a call starts, also where the call is a repeated one. */
import type { RequestClaim } from "../store/access/idempotency";

/** The name of a call that may be sent again, and is then the same run. */
export interface NamedCall {
  /** For the admission of the run that it starts. */
  claim(): RequestClaim;
  /** The run that the first such call has started; null where none has. Throws where the name is another call's. */
  claimed(): Promise<string | null>;
}

export class RunIdentity {
  readonly #fixRunId: () => Promise<string> | string;
  readonly #named: NamedCall | null;
  #claim: RequestClaim | undefined;
  /** Null until it is fixed. */
  #runId: string | null = null;

  constructor(fixRunId: () => Promise<string> | string, named: NamedCall | null) {
    this.#fixRunId = fixRunId;
    this.#named = named;
    this.#claim = named?.claim();
  }

  /** What the run's admission claims for it; undefined for a call without a name, or once `recall` has found its run. */
  get claim(): RequestClaim | undefined {
    return this.#claim;
  }

  /** The run's id, the same each time. */
  async fix(): Promise<string> {
    this.#runId ??= await this.#fixRunId();
    return this.#runId;
  }

  /** Takes over the id of the run that the first call of this name has started; whether there is one. */
  async restore(): Promise<boolean> {
    const first = this.#claim === undefined ? null : ((await this.#named?.claimed()) ?? null);
    if (first === null) {
      return false;
    }
    this.#runId = first;
    this.#claim = undefined;
    return true;
  }
}
