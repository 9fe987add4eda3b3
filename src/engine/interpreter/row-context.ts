/**
 * Rows and iterations in lockstep. A list of actions is run over frames: one for each row, and inside
 * a `map` one for each item of each row. An action runs on all of them before the next begins.
 */
import type { Cell } from "../../domain/run";
import type { ActionDefinition } from "../../domain/tool";
import type { RunExecution } from "./run-execution";

export interface RowContext {
  readonly row: number;
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

/** Where a list of actions is run: what its frames have in common. */
export interface Scope {
  execution: RunExecution;
  /** How many cells each row has at this depth, skipped ones too. */
  widths: readonly number[];
  /** Frames of one row that may be at work at the same time. */
  concurrency: number;
  /** Passes of the loops around it, outermost first. */
  passes: readonly number[];
}

/** Runs a list of actions to its end: how a block runs what is inside it. */
export type RunActions = (
  scope: Scope,
  actions: readonly ActionDefinition[],
  frames: readonly RowContext[],
) => Promise<void>;

export function rowContext(row: number): RowContext {
  return {
    row,
    slot: 0,
    map: null,
    repeat: null,
    indices: [],
    state: {},
    lastOutput: null,
    result: null,
  };
}

/** Cells in the trace's shape; those of frames that were elsewhere say so. */
export function arrangeCells(
  widths: readonly number[],
  cells: ReadonlyMap<RowContext, Cell>,
): Cell[][] {
  const rows = widths.map((width) => Array.from({ length: width }, skippedCell));
  for (const [{ row, slot }, cell] of cells) {
    rows[row]?.splice(slot, 1, cell);
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
 * Does the work for all frames, those of one row within the scope's concurrency. Rows of a tool inside
 * another share it: what one call multiplies, the next one would again.
 */
export async function forRows<T>(
  { concurrency, execution }: Scope,
  frames: readonly RowContext[],
  work: (frame: RowContext) => Promise<T>,
): Promise<Map<RowContext, T>> {
  const done = new Map<RowContext, T>();
  const groups =
    execution.caller === null ? [...Map.groupBy(frames, ({ row }) => row).values()] : [frames];
  const workers = groups.flatMap((ofRow) => {
    const queue = ofRow.values();
    return Array.from({ length: Math.min(concurrency, ofRow.length) }, async () => {
      for (const frame of queue) {
        done.set(frame, await work(frame));
      }
    });
  });
  await Promise.all(workers);
  return done;
}
