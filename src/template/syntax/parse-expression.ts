/** Reads the expressions of a tag, by Jinja's precedence. */
import { TEMPLATE } from "../../limits";
import { FILTERS } from "../builtins/filters";
import { FUNCTIONS } from "../builtins/global-functions";
import { METHODS } from "../builtins/methods";
import { TESTS } from "../builtins/tests";
import { TemplateError, unknownName } from "../template-error";
import { RESERVED, literalOf } from "./literals";
import type {
  Arguments,
  ArithmeticOperator,
  CompareOperator,
  Expression,
  FilterCall,
  Span,
} from "./syntax-tree";
import { TokenReader } from "./token-reader";

const COMPARISONS: readonly CompareOperator[] = ["==", "!=", "<=", ">=", "<", ">", "in"];
const SUMS: readonly ArithmeticOperator[] = ["+", "-"];
const PRODUCTS: readonly ArithmeticOperator[] = ["*", "//", "/", "%"];

export class ExpressionParser extends TokenReader {
  #depth = 0;

  /** `a if test else b`, the loosest of all. */
  expression(): Expression {
    this.#depth += 1;
    if (this.#depth > TEMPLATE.maxNesting) {
      throw new TemplateError("syntax", "This expression nests too deep", this.peek.at);
    }
    const first = this.logic("or");
    const whole = this.takeName("if") ? this.#choice(first) : first;
    this.#depth -= 1;
    return whole;
  }

  /** Without a choice: what stands before the `if` of a loop. */
  logic(operator: "or" | "and"): Expression {
    const operand = () => (operator === "or" ? this.logic("and") : this.#negation());
    let left = operand();
    while (this.takeName(operator)) {
      left = this.#spanning(left, { kind: "logic", operator, left, right: operand() });
    }
    return left;
  }

  /** A name that a template may give to a value. */
  expectNewName(): string {
    const { kind, text } = this.peek;
    if (kind !== "name" || RESERVED.has(text)) {
      throw this.unexpected("a name");
    }
    this.skip();
    return text;
  }

  filterCalls(): FilterCall[] {
    const calls = [this.#filterCall()];
    while (this.takeOperator("|")) {
      calls.push(this.#filterCall());
    }
    return calls;
  }

  #choice(chosen: Expression): Expression {
    const test = this.logic("or");
    const otherwise = this.takeName("else") ? this.expression() : null;
    return this.#spanning(chosen, { kind: "choice", test, chosen, otherwise });
  }

  #negation(): Expression {
    const at = this.peek.at;
    let times = 0;
    while (this.takeName("not")) {
      times += 1;
    }
    const operand = this.#comparison();
    if (times === 0) {
      return operand;
    }
    const once: Expression = { kind: "not", operand, at, end: operand.end };
    return times % 2 === 1 ? once : { kind: "not", operand: once, at, end: operand.end };
  }

  #comparison(): Expression {
    const first = this.#sum();
    const rest: Expression<"compare">["rest"] = [];
    for (let operator = this.#comparator(); operator; operator = this.#comparator()) {
      rest.push({ operator, right: this.#sum() });
    }
    return rest.length === 0 ? first : this.#spanning(first, { kind: "compare", first, rest });
  }

  #comparator(): CompareOperator | undefined {
    if (this.peek.text === "not" && this.textAfter === "in") {
      this.skip(2);
      return "not in";
    }
    return COMPARISONS.find((text) =>
      text === "in" ? this.takeName(text) : this.takeOperator(text),
    );
  }

  #sum(): Expression {
    return this.#chain(SUMS, () => this.#concatenation());
  }

  #concatenation(): Expression {
    return this.#chain(["~"], () => this.#product());
  }

  #product(): Expression {
    return this.#chain(PRODUCTS, () => this.#power());
  }

  #chain(operators: readonly ArithmeticOperator[], operand: () => Expression): Expression {
    const take = () => operators.find((text) => this.takeOperator(text));
    let left = operand();
    for (let operator = take(); operator; operator = take()) {
      left = this.#spanning(left, { kind: "arithmetic", operator, left, right: operand() });
    }
    return left;
  }

  #power(): Expression {
    return this.#chain(["**"], () => this.#signed());
  }

  /** A sign binds tighter than a filter: `-x|abs` is positive. */
  #signed(): Expression {
    const at = this.peek.at;
    const operator = this.takeOperator("-") ? "-" : this.takeOperator("+") ? "+" : null;
    const operand = this.#postfix();
    return this.#filtered(
      operator === null ? operand : { kind: "sign", operator, operand, at, end: operand.end },
    );
  }

  #filtered(input: Expression): Expression {
    let whole = input;
    for (;;) {
      if (this.takeOperator("|")) {
        whole = this.#spanning(whole, { kind: "filter", input: whole, call: this.#filterCall() });
      } else if (this.takeName("is")) {
        whole = this.#spanning(whole, this.#test(whole));
      } else {
        return whole;
      }
    }
  }

  #filterCall(): FilterCall {
    const { at } = this.peek;
    const name = this.#knownName(FILTERS, "filter");
    const args = this.takeOperator("(") ? this.#arguments() : { positional: [], named: [] };
    return { name, args, at, end: this.lastEnd };
  }

  #test(input: Expression): Bare<Expression<"test">> {
    const negated = this.takeName("not");
    const name = this.#knownName(TESTS, "test");
    const args: Arguments = { positional: [], named: [] };
    if (this.takeOperator("(")) {
      return { kind: "test", input, name, args: this.#arguments(), negated };
    }
    // `is divisibleby 3`: one argument may do without brackets.
    if (this.#beginsOperand()) {
      args.positional.push(this.#postfix());
    }
    return { kind: "test", input, name, args, negated };
  }

  #beginsOperand(): boolean {
    const { kind, text } = this.peek;
    const isName = kind === "name" && !RESERVED.has(text);
    return isName || literalOf(this.peek) !== undefined || text === "[";
  }

  #knownName(known: ReadonlyMap<string, unknown>, what: string): string {
    const { kind, text, at } = this.peek;
    if (kind !== "name") {
      throw this.unexpected(`the name of a ${what}`);
    }
    if (!known.has(text)) {
      throw unknownName(what, text, known, at);
    }
    this.skip();
    return text;
  }

  #postfix(): Expression {
    let object = this.#primary();
    for (;;) {
      if (this.takeOperator(".")) {
        object = this.#attribute(object);
      } else if (this.takeOperator("[")) {
        object = this.#subscript(object);
      } else if (this.peek.kind === "operator" && this.peek.text === "(") {
        object = this.#functionCall(object);
      } else {
        return object;
      }
    }
  }

  #attribute(object: Expression): Expression {
    const { kind, text, at, end } = this.peek;
    if (kind !== "name" && kind !== "number") {
      throw this.unexpected("a key");
    }
    this.skip();
    if (this.takeOperator("(")) {
      if (!METHODS.has(text)) {
        throw unknownName("method", text, METHODS, at);
      }
      return this.#spanning(object, {
        kind: "method",
        object,
        name: text,
        args: this.#arguments(),
      });
    }
    const value = kind === "number" ? Number(text) : text;
    return this.#spanning(object, {
      kind: "member",
      object,
      key: { kind: "literal", value, at, end },
    });
  }

  #subscript(object: Expression): Expression {
    const from = this.#sliceBound();
    if (from !== null && this.takeOperator("]")) {
      return this.#spanning(object, { kind: "member", object, key: from });
    }
    this.expectOperator(":");
    const to = this.#sliceBound();
    const step = this.takeOperator(":") ? this.#sliceBound() : null;
    this.expectOperator("]");
    return this.#spanning(object, { kind: "slice", object, from, to, step });
  }

  #sliceBound(): Expression | null {
    const { kind, text } = this.peek;
    return kind === "operator" && (text === ":" || text === "]") ? null : this.expression();
  }

  #functionCall(callee: Expression): Expression {
    if (callee.kind !== "name" || !FUNCTIONS.has(callee.name)) {
      throw new TemplateError("syntax", "There is no such function", callee.at);
    }
    this.expectOperator("(");
    return this.#spanning(callee, { kind: "call", name: callee.name, args: this.#arguments() });
  }

  /** After the opening bracket. */
  #arguments(): Arguments {
    const args: Arguments = { positional: [], named: [] };
    while (!this.takeOperator(")")) {
      const name = this.textAfter === "=" ? this.expectNewName() : null;
      if (name !== null) {
        this.expectOperator("=");
        args.named.push([name, this.expression()]);
      } else if (args.named.length > 0) {
        throw this.unexpected("a named argument");
      } else {
        args.positional.push(this.expression());
      }
      if (!this.takeOperator(",") && this.peek.text !== ")") {
        throw this.unexpected('"," or ")"');
      }
    }
    return args;
  }

  #primary(): Expression {
    const { kind, text, at, end } = this.peek;
    const literal = literalOf(this.peek);
    if (literal !== undefined) {
      this.skip();
      return { kind: "literal", value: literal, at, end };
    }
    if (kind === "name" && !RESERVED.has(text)) {
      this.skip();
      return { kind: "name", name: text, at, end };
    }
    if (this.takeOperator("(")) {
      return this.#bracketed(at);
    }
    if (this.takeOperator("[")) {
      const items = this.#items("]");
      return { kind: "list", items, at, end: this.lastEnd };
    }
    if (this.takeOperator("{")) {
      return this.#dict(at);
    }
    throw this.unexpected("a value");
  }

  /** `(a)` is a, `(a, b)` and `()` are lists: JSON has no tuples. */
  #bracketed(at: number): Expression {
    if (this.takeOperator(")")) {
      return { kind: "list", items: [], at, end: this.lastEnd };
    }
    const first = this.expression();
    if (this.takeOperator(")")) {
      return first;
    }
    this.expectOperator(",");
    const items = [first, ...this.#items(")")];
    return { kind: "list", items, at, end: this.lastEnd };
  }

  #items(closer: string): Expression[] {
    const items: Expression[] = [];
    while (!this.takeOperator(closer)) {
      items.push(this.expression());
      if (!this.takeOperator(",") && this.peek.text !== closer) {
        throw this.unexpected(`"," or "${closer}"`);
      }
    }
    return items;
  }

  #dict(at: number): Expression {
    const entries: [Expression, Expression][] = [];
    while (!this.takeOperator("}")) {
      const key = this.expression();
      this.expectOperator(":");
      entries.push([key, this.expression()]);
      if (!this.takeOperator(",") && this.peek.text !== "}") {
        throw this.unexpected('"," or "}"');
      }
    }
    return { kind: "dict", entries, at, end: this.lastEnd };
  }

  #spanning(first: Expression, node: BareExpression): Expression {
    return { ...node, at: first.at, end: this.lastEnd };
  }
}

type Bare<T> = T extends unknown ? Omit<T, keyof Span> : never;
type BareExpression = Bare<Expression>;
