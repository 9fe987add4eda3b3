/** What a template consists of. `at` and `end` are offsets in its text. */
export interface Span {
  at: number;
  end: number;
}

export interface Arguments {
  positional: Expression[];
  named: [string, Expression][];
}

export const COMPARE_OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "in", "not in"] as const;
export type CompareOperator = (typeof COMPARE_OPERATORS)[number];
export const ARITHMETIC_OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "~"] as const;
export type ArithmeticOperator = (typeof ARITHMETIC_OPERATORS)[number];

interface ExpressionKinds {
  literal: { value: string | number | boolean | null };
  list: { items: Expression[] };
  dict: { entries: [Expression, Expression][] };
  name: { name: string };
  member: { object: Expression; key: Expression };
  slice: {
    object: Expression;
    from: Expression | null;
    to: Expression | null;
    step: Expression | null;
  };
  /** A global function. */
  call: { name: string; args: Arguments };
  method: { object: Expression; name: string; args: Arguments };
  not: { operand: Expression };
  sign: { operator: "-" | "+"; operand: Expression };
  arithmetic: { operator: ArithmeticOperator; left: Expression; right: Expression };
  /** `a < b < c` holds where each neighbouring pair does. */
  compare: { first: Expression; rest: { operator: CompareOperator; right: Expression }[] };
  logic: { operator: "and" | "or"; left: Expression; right: Expression };
  choice: { test: Expression; chosen: Expression; otherwise: Expression | null };
  filter: { input: Expression; call: FilterCall };
  test: { input: Expression; name: string; args: Arguments; negated: boolean };
}

export interface FilterCall extends Span {
  name: string;
  args: Arguments;
}

export type ExpressionKind = keyof ExpressionKinds;
/** Distributed over the kinds, so that a table of functions by kind can be called in a type-safe way. */
export type Expression<K extends ExpressionKind = ExpressionKind> = {
  [P in K]: { kind: P } & Span & ExpressionKinds[P];
}[K];

export interface Branch {
  test: Expression;
  body: Statement[];
}

interface StatementKinds {
  text: { text: string };
  output: { value: Expression };
  if: { branches: Branch[]; otherwise: Statement[] };
  for: {
    targets: string[];
    iterable: Expression;
    condition: Expression | null;
    body: Statement[];
    otherwise: Statement[];
  };
  set: { targets: string[]; value: Expression };
  /** `set ns.key = value`, for a namespace alone. */
  assign: { namespace: string; key: string; value: Expression };
  /** `set name` … `endset`: the text of the body. */
  capture: { name: string; filters: FilterCall[]; body: Statement[] };
  /** `filter upper` … `endfilter`. */
  filtered: { filters: FilterCall[]; body: Statement[] };
  break: object;
  continue: object;
}

export type StatementKind = keyof StatementKinds;
export type Statement<K extends StatementKind = StatementKind> = {
  [P in K]: { kind: P } & Span & StatementKinds[P];
}[K];
