/** Reads a template's segments into statements. */
import { TEMPLATE } from "../../limits";
import { TemplateError } from "../template-error";
import { ExpressionParser } from "./parse-expression";
import type { Branch, Statement } from "./syntax-tree";
import type { Segment } from "./tokenize";

/** Where a block began: what its end closes, and what an error points at. */
interface Opening {
  name: string;
  at: number;
}

/** What ends a body: the tag that the body's owner goes on with. */
interface Closing {
  name: string;
  parser: ExpressionParser;
}

type StatementReader = (parser: ExpressionParser, span: { at: number; end: number }) => Statement;

export function parseStatements(segments: readonly Segment[]): Statement[] {
  return new StatementParser(segments).run();
}

class StatementParser {
  readonly #segments: readonly Segment[];
  #next = 0;
  #depth = 0;
  #loops = 0;
  readonly #readers: Readonly<Record<string, StatementReader>> = {
    if: (parser, span) => this.#if(parser, span),
    for: (parser, span) => this.#for(parser, span),
    set: (parser, span) => this.#set(parser, span),
    filter: (parser, span) => this.#filter(parser, span),
    break: (parser, span) => this.#leave("break", parser, span),
    continue: (parser, span) => this.#leave("continue", parser, span),
  };

  constructor(segments: readonly Segment[]) {
    this.#segments = segments;
  }

  run(): Statement[] {
    const { body } = this.#body(null, []);
    return body;
  }

  /** Statements up to a tag that is one of `closers`; up to the end where the body has no owner. */
  #body(
    owner: Opening | null,
    closers: readonly string[],
  ): { body: Statement[]; closing: Closing } {
    this.#depth += 1;
    if (this.#depth > TEMPLATE.maxNesting) {
      throw new TemplateError("syntax", "Blocks nest too deep here", owner?.at ?? 0);
    }
    const body: Statement[] = [];
    for (let segment = this.#take(); segment; segment = this.#take()) {
      const closing = this.#read(segment, closers, body);
      if (closing) {
        this.#depth -= 1;
        return { body, closing };
      }
    }
    if (owner) {
      throw new TemplateError("syntax", `This ${owner.name} is never closed`, owner.at);
    }
    return { body, closing: { name: "", parser: new ExpressionParser([]) } };
  }

  #read(segment: Segment, closers: readonly string[], body: Statement[]): Closing | null {
    const { at, end } = segment;
    if (segment.kind === "text") {
      body.push({ kind: "text", text: segment.text, at, end });
      return null;
    }
    const parser = new ExpressionParser(segment.tokens);
    if (segment.kind === "output") {
      const value = parser.expression();
      parser.expectEnd();
      body.push({ kind: "output", value, at, end });
      return null;
    }
    const name = parser.peek.text;
    if (closers.includes(name) && parser.takeName(name)) {
      return { name, parser };
    }
    const read = Object.hasOwn(this.#readers, name) ? this.#readers[name] : undefined;
    if (!read || !parser.takeName(name)) {
      throw new TemplateError("syntax", `There is no statement ${JSON.stringify(name)} here`, at);
    }
    body.push(read(parser, { at, end }));
    return null;
  }

  #if(parser: ExpressionParser, { at, end }: { at: number; end: number }): Statement {
    const owner = { name: "if", at };
    const branches: Branch[] = [];
    let otherwise: Statement[] = [];
    let tag: Closing = { name: "elif", parser };
    while (tag.name === "elif") {
      const test = tag.parser.expression();
      tag.parser.expectEnd();
      const { body, closing } = this.#body(owner, ["elif", "else", "endif"]);
      branches.push({ test, body });
      tag = closing;
    }
    tag.parser.expectEnd();
    if (tag.name === "else") {
      const last = this.#body(owner, ["endif"]);
      last.closing.parser.expectEnd();
      otherwise = last.body;
    }
    return { kind: "if", branches, otherwise, at, end };
  }

  #for(parser: ExpressionParser, { at, end }: { at: number; end: number }): Statement {
    const owner = { name: "for", at };
    const targets = this.#targets(parser);
    parser.expectName("in");
    const iterable = parser.logic("or");
    const condition = parser.takeName("if") ? parser.expression() : null;
    parser.expectEnd();
    this.#loops += 1;
    const { body, closing } = this.#body(owner, ["else", "endfor"]);
    this.#loops -= 1;
    closing.parser.expectEnd();
    let otherwise: Statement[] = [];
    if (closing.name === "else") {
      const last = this.#body(owner, ["endfor"]);
      last.closing.parser.expectEnd();
      otherwise = last.body;
    }
    return { kind: "for", targets, iterable, condition, body, otherwise, at, end };
  }

  #set(parser: ExpressionParser, { at, end }: { at: number; end: number }): Statement {
    const targets = this.#targets(parser);
    const [name = ""] = targets;
    if (targets.length === 1 && parser.takeOperator(".")) {
      const key = parser.expectNewName();
      return { kind: "assign", namespace: name, key, value: this.#assigned(parser), at, end };
    }
    if (targets.length > 1 || parser.peek.text === "=") {
      return { kind: "set", targets, value: this.#assigned(parser), at, end };
    }
    const filters = parser.takeOperator("|") ? parser.filterCalls() : [];
    parser.expectEnd();
    const { body, closing } = this.#body({ name: "set", at }, ["endset"]);
    closing.parser.expectEnd();
    return { kind: "capture", name, filters, body, at, end };
  }

  #assigned(parser: ExpressionParser) {
    parser.expectOperator("=");
    const value = parser.expression();
    parser.expectEnd();
    return value;
  }

  #filter(parser: ExpressionParser, { at, end }: { at: number; end: number }): Statement {
    const filters = parser.filterCalls();
    parser.expectEnd();
    const { body, closing } = this.#body({ name: "filter", at }, ["endfilter"]);
    closing.parser.expectEnd();
    return { kind: "filtered", filters, body, at, end };
  }

  #leave(
    kind: "break" | "continue",
    parser: ExpressionParser,
    { at, end }: { at: number; end: number },
  ): Statement {
    parser.expectEnd();
    if (this.#loops === 0) {
      throw new TemplateError("syntax", `A ${kind} belongs into a for`, at);
    }
    return { kind, at, end };
  }

  /** `a` or `a, b`. */
  #targets(parser: ExpressionParser): string[] {
    const names = [parser.expectNewName()];
    while (parser.takeOperator(",")) {
      names.push(parser.expectNewName());
    }
    return names;
  }

  #take(): Segment | undefined {
    const segment = this.#segments[this.#next];
    this.#next += 1;
    return segment;
  }
}
