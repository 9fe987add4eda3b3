/** What a run that did not come to its answer had told: derived from its events alone. */
import type { ActionTrace } from "../../domain/run";
import type { ActionPlace, RunEvent } from "../../domain/run-event";

type Telling = Extract<RunEvent, { type: "text-delta" | "action-reset" }>;
type ActionEnd = Extract<RunEvent, { type: "action-end" }>;

interface Told {
  place: ActionPlace;
  text: string;
}

/**
 * Row by row the text that stood before the reader: of the action that told last, what was not
 * withdrawn; the passes of a map one after the other. Null for a row that had told none.
 */
export function partialTexts(events: Iterable<Telling>, rows: number): (string | null)[] {
  const toldByRow = Array.from({ length: rows }, () => new Map<string, Told>());
  for (const event of events) {
    const told = toldByRow[event.place.row];
    const key = JSON.stringify([event.place.name, event.place.map]);
    const before = told?.get(key);
    // Taken out and put back in, so that the place that told last stands last.
    told?.delete(key);
    if (event.type === "text-delta") {
      told?.set(key, { place: event.place, text: (before?.text ?? "") + event.text });
    }
  }
  return toldByRow.map((told) => lastAction([...told.values()]));
}

function lastAction(told: readonly Told[]): string | null {
  const name = told.at(-1)?.place.name;
  const texts = told
    .filter(({ place }) => place.name === name)
    .toSorted((a, b) => (a.place.map?.iteration ?? 0) - (b.place.map?.iteration ?? 0))
    .map(({ text }) => text)
    .filter((text) => text !== "");
  return texts.length === 0 ? null : texts.join("\n\n");
}

/** The traces that the events show: of each action its last pass, in the order of the first passes. */
export function tracesTold(events: Iterable<ActionEnd>): ActionTrace[] {
  const traces = new Map<string, ActionTrace>();
  for (const { action, cells } of events) {
    traces.set(action.name, { ...action, cells });
  }
  return [...traces.values()];
}
