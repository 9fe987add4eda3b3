/**
 * Rows and iterations in lockstep. A list of actions is run over the rows of a run, and inside a
 * `map` over each item of each row, which is a row of its own there. An action runs on all of them before the next begins.
 */
import type { Cell } from "../../domain/run";
import type { ActionDefinition } from "../../domain/tool";
import type { RunExecution } from "./run-execution";

/** A row of a run's inputs or, inside a `map`, one item of it. */
export interface RowContext {
  /** Of the row among the run's inputs; an item has that of its row. */
  readonly index: number;
  /** Index among the cells that the row has at this depth; the iteration in a single `map`. */
  readonly slot: number;
  /** The innermost `map` around it. */
  readonly map: { name: string; iteration: number } | null;
  /** The innermost `map` or `loop` around it: `env.map`. */
  repeat: { name: string; iteration: number } | null;
  /** Iterations and passes of the blocks around it, outermost first: with the row, its address. */
  indices: readonly number[];
  /** Outputs by name, as the next action may read them. */
  state: Record<string, unknown>;
  lastOutput: unknown;
  /** The result with which OUTPUT or a `return` ended it. */
  result: Cell | null;
}

/** Where a list of actions is run: what its rows have in common. */
export interface Scope {
  execution: RunExecution;
  /** How many cells each row has at this depth, skipped ones too. */
  widths: readonly number[];
  /** Items of one row that may be at work at the same time. */
  concurrency: number;
  /** Passes of the loops around it, outermost first. */
  passes: readonly number[];
}

/** Runs a list of actions to its end: how a block runs what is inside it. */
export type RunActions = (
  scope: Scope,
  actions: readonly ActionDefinition[],
  rows: readonly RowContext[],
) => Promise<void>;

export function rowContext(index: number): RowContext {
  return {
    index,
    slot: 0,
    map: null,
    repeat: null,
    indices: [],
    state: {},
    lastOutput: null,
    result: null,
  };
}

/** Cells in the trace's shape; those of rows that were elsewhere say so. */
export function arrangeCells(
  widths: readonly number[],
  cells: ReadonlyMap<RowContext, Cell>,
): Cell[][] {
  const rows = widths.map((width) => Array.from({ length: width }, skippedCell));
  for (const [{ index, slot }, cell] of cells) {
    rows[index]?.splice(slot, 1, cell);
  }
  return rows;
}

function skippedCell(): Cell {
  return { value: null, error: null, meta: { durationMs: 0, skipped: true } };
}

export function forget({ state }: RowContext, names: readonly string[]): void {
  for (const name of names) {
    delete state[name];
  }
}

/**
 * Does the work for all rows, those of one index within the scope's concurrency. Rows of a tool inside
 * another share it: what one call multiplies, the next one would again.
 */
export async function forRows<T>(
  { concurrency, execution }: Scope,
  rows: readonly RowContext[],
  work: (row: RowContext) => Promise<T>,
): Promise<Map<RowContext, T>> {
  const done = new Map<RowContext, T>();
  const groups =
    execution.caller === null ? [...Map.groupBy(rows, ({ index }) => index).values()] : [rows];
  const workers = groups.flatMap((ofRow) => {
    const queue = ofRow.values();
    return Array.from({ length: Math.min(concurrency, ofRow.length) }, async () => {
      for (const row of queue) {
        done.set(row, await work(row));
      }
    });
  });
  await Promise.all(workers);
  return done;
}
