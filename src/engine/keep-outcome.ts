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
  const results = ended.results && (await mapRows(ended.results, (cell) => kept.ofResults(cell)));
  const traces: ActionTrace[] = [];
  for (const trace of ended.traces) {
    const cells = await mapRows(trace.cells, (cell) => kept.ofTrace(cell));
    traces.push({ ...trace, cells });
  }
  return { ...ended, results, traces };
}

/** Others get a turn after each large value. */
async function mapRows(rows: readonly Cell[][], keep: (cell: Cell) => Cell): Promise<Cell[][]> {
  const kept: Cell[][] = [];
  for (const row of rows) {
    const cells: Cell[] = [];
    for (const cell of row) {
      cells.push(keep(cell));
      await (isLarge(cell.value) ? yieldToEventLoop() : undefined);
    }
    kept.push(cells);
  }
  return kept;
}

function isLarge(value: unknown): boolean {
  const bounds = { maxNesting: RUN.valueMaxNesting, maxChars: RUN.valueCharsPerTurn };
  return passedBound(value, bounds) !== null;
}
