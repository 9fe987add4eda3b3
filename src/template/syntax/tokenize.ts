/** Cuts a template into text and tags, and tags into tokens. One pass; time grows with the length alone. */
import { TEMPLATE } from "../../limits";
import { TemplateError } from "../template-error";

export interface Token {
  kind: "name" | "number" | "string" | "operator" | "end";
  /** As written; of a string, what it means. */
  text: string;
  at: number;
  end: number;
}

export type Segment =
  | { kind: "text"; text: string; at: number; end: number }
  /** `tokens` ends with one of kind `end`. */
  | { kind: "output" | "statement"; tokens: Token[]; at: number; end: number };

const OPENERS = { "{{": "output", "{%": "statement", "{#": "comment" } as const;
const CLOSERS = { output: "}}", statement: "%}", comment: "#}" } as const;
/** Longer operators first. */
const OPERATOR = /\/\/|\*\*|==|!=|<=|>=|[-+*/%~<>=()[\]{},.:|]/y;
const NAME = /[A-Za-z_]\w*/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** What follows a dot: in `a.0.1` two indices, not 0.1. */
const DIGITS = /\d+/y;
const SPACE = /\s*/y;
const RAW = /[-+]?\s*raw\s*(-?)%\}/y;
const END_RAW = /\{%(-?)[+]?\s*endraw\s*(-?)%\}/g;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

export function tokenize(source: string): Segment[] {
  return new Tokenizer(source).run();
}

class Tokenizer {
  readonly #source: string;
  readonly #segments: Segment[] = [];
  #at = 0;
  /** The tag before said `-%}`: the next text loses its leading space. */
  #trimsNext = false;

  constructor(source: string) {
    this.#source = source;
  }

  run(): Segment[] {
    while (this.#at < this.#source.length) {
      const opening = this.#nextOpening();
      this.#text(this.#at, opening, this.#source[opening + 2] === "-");
      this.#at = opening;
      if (opening < this.#source.length) {
        this.#tag();
      }
    }
    return this.#segments;
  }

  #nextOpening(): number {
    let at = this.#source.indexOf("{", this.#at);
    while (at !== -1 && !(this.#source.slice(at, at + 2) in OPENERS)) {
      at = this.#source.indexOf("{", at + 1);
    }
    return at === -1 ? this.#source.length : at;
  }

  #text(at: number, end: number, trimsEnd: boolean): void {
    let text = this.#source.slice(at, end);
    text = this.#trimsNext ? text.trimStart() : text;
    text = trimsEnd ? text.trimEnd() : text;
    this.#trimsNext = false;
    if (text !== "") {
      this.#segments.push({ kind: "text", text, at, end });
    }
  }

  #tag(): void {
    const at = this.#at;
    const opener = this.#source.slice(at, at + 2);
    const kind = opener === "{{" ? "output" : opener === "{%" ? "statement" : "comment";
    this.#at += 2;
    if (kind === "comment") {
      this.#skipComment(at);
    } else if (kind === "statement" && this.#match(RAW)) {
      this.#raw(at);
    } else {
      if (this.#source[this.#at] === "-" || this.#source[this.#at] === "+") {
        this.#at += 1;
      }
      const tokens = this.#tokens(at, CLOSERS[kind]);
      this.#segments.push({ kind, tokens, at, end: this.#at });
    }
  }

  #skipComment(at: number): void {
    const end = this.#source.indexOf(CLOSERS.comment, this.#at);
    if (end === -1) {
      throw new TemplateError("syntax", "This comment is never closed", at);
    }
    this.#trimsNext = this.#source[end - 1] === "-";
    this.#at = end + 2;
  }

  #raw(at: number): void {
    const trimsStart = this.#source.slice(at, this.#at).endsWith("-%}");
    END_RAW.lastIndex = this.#at;
    const close = END_RAW.exec(this.#source);
    if (!close) {
      throw new TemplateError("syntax", "This raw block is never closed", at);
    }
    this.#trimsNext = trimsStart;
    this.#text(this.#at, close.index, close[1] === "-");
    this.#trimsNext = close[2] === "-";
    this.#at = END_RAW.lastIndex;
  }

  #tokens(tagAt: number, closer: string): Token[] {
    const tokens: Token[] = [];
    let openBraces = 0;
    for (;;) {
      this.#match(SPACE);
      const at = this.#at;
      // In `{{ {"a": {}} }}` the first pair of braces closes two dicts.
      if (openBraces === 0 && this.#closes(closer)) {
        tokens.push({ kind: "end", text: closer, at, end: this.#at });
        return tokens;
      }
      const token = this.#token(tagAt, tokens.at(-1)?.text === ".");
      openBraces +=
        token.kind === "operator" ? Number(token.text === "{") - Number(token.text === "}") : 0;
      tokens.push(token);
      if (tokens.length > TEMPLATE.maxTagTokens) {
        throw new TemplateError("syntax", "This tag is too long", tagAt);
      }
    }
  }

  /** `-%}` takes the space behind it away; `+%}` and `%}` do not. */
  #closes(closer: string): boolean {
    const sign = this.#source[this.#at] === "-" || this.#source[this.#at] === "+" ? 1 : 0;
    const isClosed = this.#source.startsWith(closer, this.#at + sign);
    if (isClosed) {
      this.#trimsNext = this.#source[this.#at] === "-";
      this.#at += sign + closer.length;
    }
    return isClosed;
  }

  #token(tagAt: number, isAfterDot: boolean): Token {
    const at = this.#at;
    const quote = this.#source[at];
    if (quote === '"' || quote === "'") {
      const text = this.#string(quote);
      return { kind: "string", text, at, end: this.#at };
    }
    const kinds = [
      ["name", NAME],
      ["number", isAfterDot ? DIGITS : NUMBER],
      ["operator", OPERATOR],
    ] as const;
    for (const [kind, pattern] of kinds) {
      const text = this.#match(pattern);
      if (text !== undefined) {
        return { kind, text, at, end: this.#at };
      }
    }
    if (quote === undefined) {
      throw new TemplateError("syntax", "This tag is never closed", tagAt);
    }
    throw new TemplateError("syntax", `${JSON.stringify(quote)} means nothing here`, at);
  }

  #string(quote: string): string {
    const start = this.#at;
    let text = "";
    for (this.#at += 1; this.#source[this.#at] !== quote; this.#at += 1) {
      let char = this.#source[this.#at];
      if (char === "\\") {
        this.#at += 1;
        char = this.#source[this.#at];
        char = char === undefined ? undefined : (ESCAPES[char] ?? char);
      }
      if (char === undefined) {
        throw new TemplateError("syntax", "This string is never closed", start);
      }
      text += char;
    }
    this.#at += 1;
    return text;
  }

  /** Moves behind what the sticky pattern matches here. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source)?.[0];
    if (match !== undefined) {
      this.#at += match.length;
    }
    return match;
  }
}
