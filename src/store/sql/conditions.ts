/** Gathers SQL conditions and their bindings, numbering the parameters as they come. */
import type { MomentRange } from "../../domain/thread-filter";

export class Conditions {
  readonly #terms: string[] = [];
  readonly bindings: (string | number | null)[];

  /** @param bindings What `?1` and on stand for already. */
  constructor(bindings: readonly (string | number | null)[]) {
    this.bindings = [...bindings];
  }

  /** @returns The parameter that stands for the value, e.g. `?3`. */
  bind(value: string | number): string {
    this.bindings.push(value);
    return `?${this.bindings.length}`;
  }

  /** @param toTerm Makes the condition of its parameter. */
  add(value: string | number | undefined, toTerm: (parameter: string) => string): this {
    if (value !== undefined) {
      this.#terms.push(toTerm(this.bind(value)));
    }
    return this;
  }

  addRange(column: string, range: MomentRange = {}): this {
    this.#terms.push(...this.rangeOf(column, range));
    return this;
  }

  /** The terms of a range, bound but not added. */
  rangeOf(column: string, range: MomentRange = {}): string[] {
    const bounds = [
      [">", range.gt],
      [">=", range.gte],
      ["<", range.lt],
      ["<=", range.lte],
    ] as const;
    return bounds.flatMap(([operator, value]) =>
      value === undefined ? [] : [`${column} ${operator} ${this.bind(value)}`],
    );
  }

  /** All of them, or undefined where there is none. */
  get sql(): string | undefined {
    return this.#terms.length === 0 ? undefined : this.#terms.join(" AND ");
  }
}
