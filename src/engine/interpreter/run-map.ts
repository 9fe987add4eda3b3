import * as z from "zod";

import { ActionFailure } from "../../domain/action-failure";
import type { Cell } from "../../domain/run";
import type { ActionDefinition } from "../../domain/tool";
import { tokensToReserve } from "../../domain/usage/quota";
import { RUN } from "../../limits";
import { mapAction } from "../actions/map";
import { allActions } from "../all-actions";
import { failedCell } from "./cells";
import { executeOnRows } from "./execute-on-rows";
import { forget, type RowContext, type RunActions, type Scope } from "./row-context";

const Items = z.array(z.unknown());

/**
 * Each row becomes one for each item. Inside, the map's name is the item; afterwards it is the
 * array of them, and each inner output the array over the iterations. An iteration that ends in a
 * `return` ends its row, the first of them with its result.
 */
export async function runMap(
  scope: Scope,
  action: ActionDefinition,
  rows: readonly RowContext[],
  runActions: RunActions,
): Promise<void> {
  const names = allActions(action.actions).map(({ name }) => name);
  const cells = await executeOnRows(scope, action, rows, { amend: refuseTooMany });
  const slots = scope.widths.map(() => 0);
  const families = rows.map((row) => {
    forget(row, names);
    const items = Items.parse(cells.get(row)?.value);
    const first = slots[row.index] ?? 0;
    slots[row.index] = first + items.length;
    const children = items.map((item, iteration) =>
      childRow(row, action.name, { item, iteration, slot: first + iteration }),
    );
    return { row, items, children };
  });
  const iterations = families.reduce((sum, { items }) => sum + items.length, 0);
  const { config } = scope.execution;
  const inner = Object.fromEntries(names.map((name) => [name, config[name] ?? {}]));
  await scope.execution.tokens.expect(tokensToReserve(inner, iterations));
  const { concurrency } = mapAction.config.parse(config[action.name] ?? {});
  const inside = {
    ...scope,
    widths: slots.map((width) => Math.max(width, 1)),
    concurrency: Math.min(scope.concurrency, concurrency),
  };
  await runActions(
    inside,
    action.actions ?? [],
    families.flatMap(({ children }) => children),
  );
  for (const { row, items, children } of families) {
    for (const name of names) {
      row.state[name] = children.map(({ state }) => state[name] ?? null);
    }
    row.state[action.name] = items;
    row.lastOutput = children.map(({ lastOutput }) => lastOutput);
    row.result = children.find(({ result }) => result !== null)?.result ?? null;
  }
}

function childRow(
  parent: RowContext,
  name: string,
  { item, iteration, slot }: { item: unknown; iteration: number; slot: number },
): RowContext {
  return {
    index: parent.index,
    slot,
    map: { name, iteration },
    repeat: { name, iteration },
    indices: [...parent.indices, iteration],
    state: { ...parent.state, [name]: item },
    lastOutput: item,
    result: null,
  };
}

/** One map is within its own limit; rows and maps inside maps multiply. */
function refuseTooMany(cells: Map<RowContext, Cell>): void {
  let total = 0;
  for (const { value } of cells.values()) {
    total += Array.isArray(value) ? value.length : 0;
  }
  if (total <= RUN.maxCells) {
    return;
  }
  const failure = new ActionFailure(
    "too_many_iterations",
    `All rows and maps together make ${total} iterations; a run takes at most ${RUN.maxCells}.`,
  );
  for (const [row, { meta }] of cells) {
    const { durationMs, startedAtMs } = meta;
    cells.set(row, failedCell(failure, { durationMs, startedAtMs }));
  }
}
