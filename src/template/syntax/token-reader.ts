import { TemplateError } from "../template-error";
import type { Token } from "./tokenize";

/** Walks the tokens of one tag; the last is of kind `end`. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get peek(): Token {
    const token = this.#tokens[this.#next] ?? this.#tokens.at(-1);
    if (!token) {
      throw new TemplateError("syntax", "This tag is empty", 0);
    }
    return token;
  }

  /** What comes after `peek`. */
  get textAfter(): string | undefined {
    return this.#tokens[this.#next + 1]?.text;
  }

  /** Where the token before `peek` ends. */
  get lastEnd(): number {
    return this.#tokens[this.#next - 1]?.end ?? 0;
  }

  skip(tokens = 1): void {
    this.#next += tokens;
  }

  takeName(name: string): boolean {
    return this.#take("name", name);
  }

  takeOperator(operator: string): boolean {
    return this.#take("operator", operator);
  }

  expectOperator(operator: string): void {
    if (!this.takeOperator(operator)) {
      throw this.unexpected(`"${operator}"`);
    }
  }

  expectName(name: string): void {
    if (!this.takeName(name)) {
      throw this.unexpected(`"${name}"`);
    }
  }

  expectEnd(): void {
    if (this.peek.kind !== "end") {
      throw this.unexpected("the end of the tag");
    }
  }

  unexpected(wanted: string): TemplateError {
    const { kind, text, at } = this.peek;
    const found = kind === "end" ? "the tag ends" : `there is ${JSON.stringify(text)}`;
    return new TemplateError("syntax", `Here should be ${wanted}; ${found}`, at);
  }

  #take(kind: Token["kind"], text: string): boolean {
    const isThere = this.peek.kind === kind && this.peek.text === text;
    this.#next += Number(isThere);
    return isThere;
  }
}
