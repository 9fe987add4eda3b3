/** What a run had told when it ended without an answer: derived from its events alone. */
import type { ActionTrace } from "../../domain/run";
import type { ActionPlace, RunEvent } from "../../domain/run-event";
import { KeptValues } from "../../domain/runs/kept-values";

type TextEvent = Extract<RunEvent, { type: "text-delta" | "action-reset" }>;
type ActionEnd = Extract<RunEvent, { type: "action-end" }>;

interface ActionText {
  place: ActionPlace;
  text: string;
}

/**
 * The text that a reader had on the screen, one entry an input row: that of the action which wrote
 * last, without what was withdrawn. Iterations of a map follow each other. Null where a row has none.
 */
export function partialTexts(events: Iterable<TextEvent>, rows: number): (string | null)[] {
  const byRow = Array.from({ length: rows }, () => new Map<string, ActionText>());
  for (const event of events) {
    const texts = byRow[event.place.row];
    const key = JSON.stringify([event.place.name, event.place.map]);
    const before = texts?.get(key);
    // A map keeps the order of insertion: deleting first makes the place that wrote last the last.
    texts?.delete(key);
    if (event.type === "text-delta") {
      texts?.set(key, { place: event.place, text: (before?.text ?? "") + event.text });
    }
  }
  return byRow.map((texts) => lastAction([...texts.values()]));
}

function lastAction(actions: readonly ActionText[]): string | null {
  const name = actions.at(-1)?.place.name;
  const texts = actions
    .filter(({ place }) => place.name === name)
    .toSorted((a, b) => (a.place.map?.iteration ?? 0) - (b.place.map?.iteration ?? 0))
    .map(({ text }) => text)
    .filter((text) => text !== "");
  return texts.length === 0 ? null : texts.join("\n\n");
}

/** The traces that the events show: each action's last pass, ordered by the actions' first passes. */
export function tracesOf(events: Iterable<ActionEnd>): ActionTrace[] {
  const traces = new Map<string, ActionTrace>();
  for (const { action, cells } of events) {
    traces.set(action.name, { ...action, cells });
  }
  return [...traces.values()];
}

/** The same, with what is kept of their values. */
export function keptTraces(events: Iterable<ActionEnd>): ActionTrace[] {
  const kept = new KeptValues();
  return tracesOf(events).map((trace) => ({
    ...trace,
    cells: trace.cells.map((row) => row.map((cell) => kept.ofTrace(cell))),
  }));
}
