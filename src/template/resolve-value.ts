import { ActionFailure } from "../domain/action-failure";
import { TEMPLATE } from "../limits";
import { yieldToEventLoop } from "../yield-to-event-loop";
import { Budget, BudgetExceeded } from "./budget";
import { jsonSize } from "./json-size";
import { renderInTurns } from "./render-template";
import { isTemplate, jsSource } from "./spec-value";
import { templateOf } from "./template-cache";

/** The names that a template may read, and how it runs JavaScript. */
export interface Scope {
  /** The outputs of the actions that have run, by name. */
  names: Readonly<Record<string, unknown>>;
  /** Runs the source of a `{"$js": …}`. */
  runJs(source: string): Promise<unknown>;
}

/**
 * Renders every string of a spec and runs every `{"$js"}`, depth first, in the order of the keys.
 *
 * Throws ActionFailure `template_syntax_error`, `undefined_name`, `template_error`,
 * `template_limit`, and whatever `runJs` throws.
 */
export async function resolveValue(value: unknown, scope: Scope): Promise<unknown> {
  return resolve(value, scope, {
    leftChars: TEMPLATE.maxResolvedChars,
    budget: new Budget(),
  });
}

/** Characters that the whole value may still have: a short spec can name a large output a thousand times. */
interface Room {
  leftChars: number;
  budget: Budget;
}

async function resolve(value: unknown, scope: Scope, room: Room): Promise<unknown> {
  if (typeof value === "string") {
    return isTemplate(value) ? rendered(value, scope, room) : value;
  }
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      items.push(await resolve(item, scope, room));
    }
    return items;
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const source = jsSource(value);
  if (source !== null) {
    return fitting(await scope.runJs(source), room);
  }
  const entries: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    entries.push([key, await resolve(item, scope, room)]);
  }
  return Object.fromEntries(entries);
}

async function rendered(text: string, { names }: Scope, room: Room): Promise<unknown> {
  const { budget } = room;
  const value = fitting(
    await renderInTurns(templateOf(text), names, budget, yieldToEventLoop),
    room,
  );
  if (budget.isPauseDue) {
    await yieldToEventLoop();
    budget.paused();
  }
  return value;
}

function fitting(value: unknown, room: Room): unknown {
  try {
    room.leftChars -= jsonSize(value, room.leftChars);
  } catch (error) {
    if (error instanceof BudgetExceeded) {
      throw new ActionFailure(
        "template_limit",
        `The values of this action are together larger than ${TEMPLATE.maxResolvedChars} characters of JSON.`,
      );
    }
    throw error;
  }
  return value;
}
