import { passedBound } from "../domain/json";
import type { ActionTrace, Cell } from "../domain/run";
import { KeptValues } from "../domain/runs/kept-values";
import { RUN } from "../limits";
import { yieldToEventLoop } from "../yield-to-event-loop";

interface Outcome {
  traces: ActionTrace[];
  results: Cell[][] | null;
}

/** What is kept of it: see `KeptValues`. Results come first, then traces in their order. */
export async function keepOutcome<Ended extends Outcome>(ended: Ended): Promise<Ended> {
  const kept = new KeptValues();
  const turns = { cells: 0 };
  const results =
    ended.results && (await mapRows(ended.results, (cell) => kept.ofResults(cell), turns));
  const traces: ActionTrace[] = [];
  for (const trace of ended.traces) {
    const cells = await mapRows(trace.cells, (cell) => kept.ofTrace(cell), turns);
    traces.push({ ...trace, cells });
  }
  return { ...ended, results, traces };
}

/**
 * Others get a turn after each large value, and after so many small ones.
 * @param turns What has been kept since the last turn.
 */
async function mapRows(
  rows: readonly Cell[][],
  fit: (cell: Cell) => Cell,
  turns: { cells: number },
): Promise<Cell[][]> {
  const kept: Cell[][] = [];
  for (const row of rows) {
    const cells: Cell[] = [];
    for (const cell of row) {
      cells.push(fit(cell));
      turns.cells += 1;
      if (turns.cells >= RUN.cellsPerTurn || isLarge(cell.value)) {
        turns.cells = 0;
        await yieldToEventLoop();
      }
    }
    kept.push(cells);
  }
  return kept;
}

function isLarge(value: unknown): boolean {
  const bounds = { maxNesting: RUN.valueMaxNesting, maxChars: RUN.valueCharsPerTurn };
  return passedBound(value, bounds) !== null;
}
