import { TEMPLATE } from "../limits";
import { Budget, BudgetExceeded } from "./budget";
import { applyFilter, evaluate, type EvalContext, Scope, toolbox } from "./evaluate";
import { jsonSize } from "./json-size";
import type { Template } from "./parse-template";
import type { FilterCall, Statement, StatementKind } from "./syntax/syntax-tree";
import { asActionFailure, TemplateError } from "./template-error";
import { isTrue, itemsOf, Namespace, toText, typeName, ValueProblem } from "./values";

/** A pass of a loop makes a scope and what `loop` tells of it. */
const STEPS_PER_PASS = 2;

/** How a statement ended: `break` and `continue` leave the bodies around them. */
type Ending = "done" | "break" | "continue";

interface Place extends EvalContext {
  output: Output;
}

/** The text so far. */
class Output {
  text = "";

  write(text: string, { tools }: EvalContext): void {
    tools.budget.made(text.length);
    if (this.text.length + text.length > TEMPLATE.maxTextChars) {
      throw new BudgetExceeded(
        `The text of the template is longer than ${TEMPLATE.maxTextChars} characters`,
      );
    }
    this.text += text;
  }
}

/**
 * The text that the template makes, or, where it is one single expression, that expression's value.
 * Templates that are rendered for one purpose share a budget. `pause` is awaited between statements
 * wherever others should have their turn.
 *
 * Throws ActionFailure `undefined_name`, `template_error` or `template_limit`.
 */
export async function renderInTurns(
  template: Template,
  names: Readonly<Record<string, unknown>>,
  budget: Budget,
  pause: () => Promise<void>,
): Promise<unknown> {
  const steps = rendering(template, names, budget);
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
    await pause();
    budget.paused();
  }
}

/** The same without pauses: for templates that are known to be small. */
export function renderTemplate(
  template: Template,
  names: Readonly<Record<string, unknown>>,
  budget = new Budget(),
): unknown {
  const steps = rendering(template, names, budget);
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
    budget.paused();
  }
}

/** Yields where a pause is due. */
type Rendering = Generator<undefined, unknown>;

function* rendering(
  template: Template,
  names: Readonly<Record<string, unknown>>,
  budget: Budget,
): Rendering {
  const place = {
    text: template.text,
    scope: new Scope(names),
    tools: toolbox(budget),
    output: new Output(),
  };
  try {
    if (template.single) {
      const value = evaluate(template.single, place);
      jsonSize(value, TEMPLATE.maxTextChars);
      return value;
    }
    yield* run(template.statements, place);
    return place.output.text;
  } catch (error) {
    throw asFailure(error, template.text);
  }
}

function asFailure(error: unknown, text: string): unknown {
  if (error instanceof TemplateError) {
    return asActionFailure(error, text);
  }
  if (error instanceof ValueProblem) {
    return asActionFailure(new TemplateError("value", error.message, 0), text);
  }
  if (error instanceof BudgetExceeded) {
    return asActionFailure(new TemplateError("limit", error.message, 0), text);
  }
  if (error instanceof RangeError) {
    return asActionFailure(
      new TemplateError("limit", "A value of the template nests too deep", 0),
      text,
    );
  }
  return error;
}

/** What runs a body, and may be stopped in the midst of it. */
type BlockKind = "if" | "for" | "capture" | "filtered";
type PlainKind = Exclude<StatementKind, BlockKind>;
type Running = Generator<undefined, Ending>;

const PLAIN: { [K in PlainKind]: (node: Statement<K>, place: Place) => Ending } = {
  text: ({ text }, place) => written(text, place),
  output: ({ value }, place) => written(toText(evaluate(value, place), place.tools.budget), place),
  set: ({ targets, value }, place) => {
    assign(targets, evaluate(value, place), place.scope);
    return "done";
  },
  assign: ({ namespace, key, value }, place) => {
    const target = place.scope.get(namespace);
    if (!(target instanceof Namespace)) {
      throw new ValueProblem(`${namespace} is no namespace: only a namespace's keys can be set`);
    }
    target.values.set(key, evaluate(value, place));
    return "done";
  },
  break: () => "break",
  continue: () => "continue",
};

const BLOCKS: { [K in BlockKind]: (node: Statement<K>, place: Place) => Running } = {
  if: ({ branches, otherwise }, place) => {
    const { budget } = place.tools;
    const branch = branches.find(({ test }) => isTrue(evaluate(test, place), budget));
    return run(branch?.body ?? otherwise, place);
  },
  for: loop,
  *capture({ name, filters, body }, place) {
    place.scope.set(name, yield* filtered(filters, body, place));
    return "done";
  },
  *filtered({ filters, body }, place) {
    return written(toText(yield* filtered(filters, body, place), place.tools.budget), place);
  },
};

function* run(body: readonly Statement[], place: Place): Running {
  for (const statement of body) {
    const ending = isBlock(statement)
      ? yield* runBlock(statement, place)
      : runPlain(statement, place);
    if (ending !== "done") {
      return ending;
    }
    if (place.tools.budget.isPauseDue) {
      yield;
    }
  }
  return "done";
}

function isBlock(statement: Statement): statement is Statement<BlockKind> {
  return statement.kind in BLOCKS;
}

function* runBlock<K extends BlockKind>(node: Statement<K>, place: Place): Running {
  try {
    place.tools.budget.charge(1);
    return yield* BLOCKS[node.kind](node, place);
  } catch (error) {
    throw located(error, node.at);
  }
}

function runPlain<K extends PlainKind>(node: Statement<K>, place: Place): Ending {
  try {
    place.tools.budget.charge(1);
    return PLAIN[node.kind](node, place);
  } catch (error) {
    throw located(error, node.at);
  }
}

function located(error: unknown, at: number): unknown {
  return error instanceof ValueProblem ? new TemplateError("value", error.message, at) : error;
}

function written(text: string, place: Place): Ending {
  place.output.write(text, place);
  return "done";
}

/** The body's text through the filters. */
function* filtered(
  filters: readonly FilterCall[],
  body: readonly Statement[],
  place: Place,
): Rendering {
  const output = new Output();
  yield* run(body, { ...place, output });
  return filters.reduce<unknown>((value, call) => applyFilter(call, value, place), output.text);
}

function* loop(node: Statement<"for">, place: Place): Running {
  const items = yield* loopItems(node, place);
  if (items.length === 0) {
    return yield* run(node.otherwise, place);
  }
  for (const [index, item] of items.entries()) {
    place.tools.budget.charge(STEPS_PER_PASS);
    const scope = new Scope(place.scope);
    assign(node.targets, item, scope);
    scope.set("loop", loopState(items, index));
    if ((yield* run(node.body, { ...place, scope })) === "break") {
      break;
    }
  }
  return "done";
}

function* loopItems(
  node: Statement<"for">,
  place: Place,
): Generator<undefined, readonly unknown[]> {
  const { condition, targets } = node;
  const { budget } = place.tools;
  const items = itemsOf(evaluate(node.iterable, place), budget);
  if (!condition) {
    return items;
  }
  const kept: unknown[] = [];
  for (const item of items) {
    const scope = new Scope(place.scope);
    assign(targets, item, scope);
    if (isTrue(evaluate(condition, { ...place, scope }), budget)) {
      kept.push(item);
    }
    if (budget.isPauseDue) {
      yield;
    }
  }
  return kept;
}

function loopState(items: readonly unknown[], index0: number): Record<string, unknown> {
  const { length } = items;
  return {
    index: index0 + 1,
    index0,
    revindex: length - index0,
    revindex0: length - index0 - 1,
    first: index0 === 0,
    last: index0 === length - 1,
    length,
    ...(index0 > 0 && { previtem: items[index0 - 1] }),
    ...(index0 < length - 1 && { nextitem: items[index0 + 1] }),
  };
}

/** One name takes the value; several take the items of a list of that many. */
function assign(targets: readonly string[], value: unknown, scope: Scope): void {
  const [only] = targets;
  if (targets.length === 1 && only !== undefined) {
    scope.set(only, value);
    return;
  }
  if (!Array.isArray(value) || value.length !== targets.length) {
    throw new ValueProblem(`${typeName(value)} does not give ${targets.length} values`);
  }
  for (const [at, name] of targets.entries()) {
    scope.set(name, value[at]);
  }
}
