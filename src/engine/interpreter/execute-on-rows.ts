/** One action on all rows at hand: announced, executed, reported, traced. Of a block: what decides its body. */
import type { Cell, PendingCall } from "../../domain/run";
import type { RunEvent } from "../../domain/run-event";
import type { ActionDefinition } from "../../domain/tool";
import { arrangeCells, forRows, type RowContext, type Scope } from "./row-context";
import { runCell, type CellOutcome } from "./run-cell";
import { ActionFailed, AwaitingClient } from "./signals";

export interface HeadOptions {
  /** Passes that the action, a loop, has made. */
  pass?: number;
  /** The last word on the cells before anybody hears of them. */
  amend?: (cells: Map<RowContext, Cell>) => void;
}

/** Throws `ActionFailed` where a cell holds an error, else `AwaitingClient` where one waits. */
export async function executeOnRows(
  scope: Scope,
  definition: ActionDefinition,
  rows: readonly RowContext[],
  { pass = 0, amend }: HeadOptions = {},
): Promise<Map<RowContext, Cell>> {
  const { type, name } = definition;
  emit(scope, name, { type: "action-start", action: { type, name } });
  const { cells, calls } = sortOutcomes(
    rows,
    await forRows(scope, rows, (row) => runCell(scope.execution, definition, row, pass)),
  );
  const failing = firstFailure(cells);
  if (failing === undefined && calls.length > 0) {
    throw new AwaitingClient(calls);
  }
  amend?.(cells);
  const trace = { type, name, cells: arrangeCells(scope.widths, cells) };
  scope.execution.traces.push(trace);
  emit(scope, name, { type: "action-end", action: { type, name }, cells: trace.cells });
  const failed = firstFailure(cells);
  if (failed !== undefined) {
    throw new ActionFailed(name, failed);
  }
  return cells;
}

/** Once for each pass, however many lives it takes. A tool inside a tool tells nothing of its own. */
function emit({ execution, passes }: Scope, name: string, event: RunEvent): void {
  if (execution.caller === null) {
    execution.ports.emit(event, [event.type, name, ...passes].join(":"));
  }
}

/** In the order of the rows: outcomes come in the order in which they settled. */
function sortOutcomes(
  rows: readonly RowContext[],
  outcomes: ReadonlyMap<RowContext, CellOutcome>,
): { cells: Map<RowContext, Cell>; calls: PendingCall[] } {
  const cells = new Map<RowContext, Cell>();
  const calls: PendingCall[] = [];
  for (const row of rows) {
    const outcome = outcomes.get(row);
    if (outcome?.kind === "settled") {
      cells.set(row, outcome.cell);
    } else if (outcome !== undefined) {
      calls.push(...outcome.calls);
    }
  }
  return { cells, calls };
}

function firstFailure(cells: ReadonlyMap<RowContext, Cell>): Cell | undefined {
  return [...cells.values()].find((cell) => cell.error !== null);
}
