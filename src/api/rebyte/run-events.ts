/** A run's events in this dialect's words: see the table of `docs/guide/streams.md`. */
import type { DisclosedEvent } from "../../domain/access/disclosure";
import type { RunError } from "../../domain/run";
import type { ActionPlace, RunEvent } from "../../domain/run-event";
import type { Batch } from "../../runs/client/resume-stream";
import type { WireEvent } from "../shared/reply/event-stream";
import { presentBlockStatus, presentCalls, toWireStatus } from "./run-wire";

/** One event as it stands in `data`. */
export interface EventContent {
  type: string;
  content: object | null;
}

/** Events that the published stream has no words for. */
const NOT_SENT = {
  "message-add": 0,
  "reply-start": 0,
  "reply-end": 0,
  "reasoning-delta": 0,
  "function-call-output": 0,
  "search-start": 0,
  "search-end": 0,
} satisfies Partial<Record<RunEvent["type"], 0>>;

/**
 * How many events of this dialect one event of the run makes; one where its type is not named. A reader's
 * `Last-Event-ID` counts events of this dialect: see `locate` of `runs/events/journal.ts`.
 */
export const WEIGHTS: Partial<Record<RunEvent["type"], number>> = {
  "action-end": 2,
  "run-wait": 2,
  ...NOT_SENT,
};

/** Encodes the events of one run for one reader, numbered in this dialect. */
export class RunEventEncoder {
  readonly #runId: string;
  #id: number;

  /** @param before How many events of this dialect lie before the first to be encoded. */
  constructor(runId: string, before: number) {
    this.#runId = runId;
    this.#id = before;
  }

  /**
   * The events with a number above `after`. A keep-alive (null) stays one; a hidden event takes up its
   * numbers and yields nothing.
   */
  encode(batch: Batch<DisclosedEvent>, after: number): Batch<WireEvent> {
    return batch.flatMap((event) => {
      if (event?.type === "hidden") {
        this.#id += WEIGHTS[event.was] ?? 1;
        return [];
      }
      const words = event === null ? [] : wordEvent(this.#runId, event, this.#id === 0);
      const numbered = words.map((data) => ({ id: (this.#id += 1), data }));
      return event === null ? [null] : numbered.filter(({ id }) => id > after);
    });
  }
}

/**
 * One event of the run in this dialect; empty where the dialect has no words for it.
 * @param isFirst No event came before: a run whose end comes first never began.
 */
export function wordEvent(runId: string, event: RunEvent, isFirst: boolean): EventContent[] {
  if (isNotSent(event)) {
    return [];
  }
  switch (event.type) {
    case "run-start":
    case "run-resume":
      return [runStatus(runId, "running")];
    case "action-start":
      return [startOf(event)];
    case "text-delta":
    case "function-call-start":
    case "function-call-delta":
    case "action-reset":
      return [contentOf(event)];
    case "action-end":
      return endOf(event);
    case "run-wait":
      return [
        runStatus(runId, "requires_action"),
        { type: "required_action", content: { calls: presentCalls(event.calls) } },
      ];
    case "run-end":
      return runEndOf(runId, event, isFirst);
  }
}

function runEndOf(
  runId: string,
  { status, error }: Extract<RunEvent, { type: "run-end" }>,
  isFirst: boolean,
): EventContent[] {
  return [
    ...(isFirst && error !== null ? [{ type: "error", content: error }] : []),
    runStatus(runId, toWireStatus(status), error),
    { type: "final", content: null },
  ];
}

type NotSent = Extract<RunEvent, { type: keyof typeof NOT_SENT }>;
type PlacedEvent = Exclude<Extract<RunEvent, { place: unknown }>, NotSent>;

function isNotSent(event: RunEvent): event is NotSent {
  return event.type in NOT_SENT;
}

function contentOf(event: PlacedEvent): EventContent {
  switch (event.type) {
    case "text-delta":
      return wired("tokens", event.place, { tokens: { text: event.text } });
    case "function-call-start":
      return wired("function_call", event.place, { function_call: { name: event.name } });
    case "function-call-delta":
      return wired("function_call_arguments_tokens", event.place, { tokens: { text: event.text } });
    case "action-reset":
      return wired("reset", event.place, {});
  }
}

function runStatus(runId: string, status: string, error: RunError | null = null): EventContent {
  return {
    type: "run_status",
    content: { status, run_id: runId, ...(error === null ? {} : { error }) },
  };
}

function startOf({ action }: Extract<RunEvent, { type: "action-start" }>): EventContent {
  return {
    type: "block_status",
    content: {
      block_type: action.type,
      name: action.name,
      status: "running",
      success_count: 0,
      error_count: 0,
    },
  };
}

function endOf({ action, cells }: Extract<RunEvent, { type: "action-end" }>): EventContent[] {
  const execution = cells.map((row) =>
    row.map(({ value, error }) => ({ value: error === null ? value : null, error })),
  );
  return [
    {
      type: "block_execution",
      content: { block_type: action.type, block_name: action.name, execution },
    },
    { type: "block_status", content: presentBlockStatus({ ...action, cells }) },
  ];
}

function wired(type: string, place: ActionPlace, more: object): EventContent {
  const { name, row, map } = place;
  return {
    type,
    content: { block_type: place.type, block_name: name, input_index: row, map, ...more },
  };
}
