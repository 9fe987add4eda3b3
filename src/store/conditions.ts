/** Gathers SQL conditions and their bindings, numbering the parameters as they come. */
import type { MomentRange } from "../domain/thread-filter";

export class Conditions {
  readonly #terms: string[] = [];
  readonly bindings: (string | number | null)[];

  /** @param bindings What `?1` and on stand for already. */
  constructor(bindings: readonly (string | number | null)[]) {
    this.bindings = [...bindings];
  }

  /** @param toTerm Makes the condition of its parameter, e.g. `?3`. */
  add(value: string | number | undefined, toTerm: (parameter: string) => string): this {
    if (value !== undefined) {
      this.bindings.push(value);
      this.#terms.push(toTerm(`?${this.bindings.length}`));
    }
    return this;
  }

  addRange(column: string, range: MomentRange = {}): this {
    return this.add(range.gt, (value) => `${column} > ${value}`)
      .add(range.gte, (value) => `${column} >= ${value}`)
      .add(range.lt, (value) => `${column} < ${value}`)
      .add(range.lte, (value) => `${column} <= ${value}`);
  }

  /** All of them, or undefined where there is none. */
  get sql(): string | undefined {
    return this.#terms.length === 0 ? undefined : this.#terms.join(" AND ");
  }
}
