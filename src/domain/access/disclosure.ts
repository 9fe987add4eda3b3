/**
 * What a caller is told of a run. A key is told everything. A session token is told how the run
 * stands, the text of the actions that answer, the calls that its client is to answer and what the
 * run gives in the end; of other actions what the tool's version opens, and never errors, usage,
 * times, the end user or the config.
 */
import type { Failure } from "../failure";
import type { ActionTrace, Cell, PendingCall, Run, RunError, Usage } from "../run";
import type { RunEvent } from "../run-event";
import type { RunStep } from "../runs/run-steps";
import type { ActionDefinition, ActionType, RunConfig } from "../tool";
import { answeringActions } from "./answering-actions";
import type { Caller } from "./caller";
import type { OpenToTokens } from "./open-to-tokens";

/** `all`, or what a token is told. */
export type Disclosure = "all" | TokenDisclosure;

interface TokenDisclosure {
  /** Actions whose text is told as it comes. */
  answers: ReadonlySet<string>;
  /** Actions of which all but errors and usage is told. */
  outputs: ReadonlySet<string>;
  /** Keys of the config that are told, by action. */
  config: Readonly<Record<string, readonly string[]>>;
  /** Stands for each cause that is not told. */
  failure: RunError;
}

/**
 * An event as a caller is told it. A hidden one has left nothing but its type: dialects number their
 * events by it, so that a place in the stream is the same place for everybody.
 */
export type DisclosedEvent = RunEvent | { type: "hidden"; was: RunEvent["type"] };

/** Causes that are the run's own and say nothing of its actions. */
const SHOWN_CAUSES = new Set([
  "cancelled",
  "interrupted",
  "rolled_back",
  "deadline_exceeded",
  "lost",
]);

/** Their outputs are the run's results. */
const RESULT_TYPES: ReadonlySet<ActionType> = new Set(["output", "return"]);

/** @param version Null where the tool is gone: nothing of it is known to be open, or to answer. */
export function discloseToToken(
  version: { actions: readonly ActionDefinition[]; open: OpenToTokens } | null,
  failure: RunError,
): Disclosure {
  const { outputs = [], config = {} } = version?.open ?? {};
  return {
    answers: answeringActions(version?.actions ?? []),
    outputs: new Set(outputs),
    config,
    failure,
  };
}

/** A run as the caller is told it. */
export function discloseRun(to: Disclosure, run: Run): Run {
  if (to === "all") {
    return run;
  }
  return {
    ...run,
    error: discloseError(to, run.error),
    config: discloseConfig(to, run.config),
    traces: run.traces
      .filter((trace) => isOpen(to, trace))
      .map((trace) => ({ ...trace, cells: discloseCells(to, trace.cells) })),
    results: run.results && discloseCells(to, run.results),
    pendingCalls: run.pendingCalls.map((call) => disclosePending(to, call)),
    usage: NO_USAGE,
    steps: run.steps.flatMap((step) => discloseStep(to, step) ?? []),
    // Of a wait, of an inner action's model, of deaths.
    timing: null,
    // On a shared thread it may be somebody else's.
    endUserId: null,
  };
}

const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0 };

/** As its events are told: see `openTelling`. */
function discloseStep(to: TokenDisclosure, step: RunStep): RunStep | null {
  const isOutputOpen = isOpen(to, step.place);
  if (!isOutputOpen && !to.answers.has(step.place.name)) {
    return null;
  }
  const shown = {
    ...step,
    usage: step.usage && NO_USAGE,
    error: discloseError(to, step.error),
    reasoning: isOutputOpen ? step.reasoning : "",
  };
  if (shown.type === "message" || isOutputOpen) {
    return shown;
  }
  const calls = shown.calls.filter(({ by }) => by === "client");
  return calls.length === 0 ? null : { ...shown, calls, searches: [] };
}

/**
 * A run's error as the caller is told it: for tokens without a cause that is the owner's business.
 */
export function discloseError(to: Disclosure, error: RunError | null): RunError | null {
  return to === "all" || error === null || SHOWN_CAUSES.has(error.code) ? error : to.failure;
}

/** The call's own failure. Figures of the project are for keys. @param caller None: nobody is known yet. */
export function discloseFailure(caller: Caller | undefined, failure: Failure): Failure {
  return caller?.kind === "token" && failure.kind === "quota_exceeded"
    ? { ...failure, limit: null }
    : failure;
}

/** A run's event as the caller is told it. */
export function discloseEvent(to: Disclosure, event: RunEvent): DisclosedEvent {
  return to === "all" ? event : (openPart(to, event) ?? { type: "hidden", was: event.type });
}

function openPart(to: TokenDisclosure, event: RunEvent): RunEvent | null {
  if ("place" in event) {
    return openEvent(to, event);
  }
  if ("action" in event) {
    return isOpen(to, event.action) ? openAction(to, event) : null;
  }
  switch (event.type) {
    case "run-wait":
      return { ...event, calls: event.calls.map((call) => disclosePending(to, call)) };
    case "run-start":
    case "run-resume":
    case "message-add":
      return event;
    case "run-end":
      return { ...event, error: discloseError(to, event.error) };
  }
}

type PlacedEvent = Extract<RunEvent, { place: unknown }>;

/**
 * Of an action that answers the text, and the calls that the token's own client answers; which other
 * functions it calls, what it finds and what it thinks is its own affair. Never usage or errors.
 */
function openEvent(to: TokenDisclosure, event: PlacedEvent): RunEvent | null {
  const isOutputOpen = isOpen(to, event.place);
  if (!isOutputOpen && !(to.answers.has(event.place.name) && isAnswering(event))) {
    return null;
  }
  if (event.type !== "reply-end") {
    return event;
  }
  const answer = { calls: event.calls.filter(({ by }) => by === "client"), reasoning: "" };
  return {
    ...event,
    usage: NO_USAGE,
    error: discloseError(to, event.error),
    ...(isOutputOpen ? {} : answer),
  };
}

const ANSWERING: ReadonlySet<PlacedEvent["type"]> = new Set([
  "text-delta",
  "action-reset",
  "reply-start",
  "reply-end",
]);

function isAnswering(event: PlacedEvent): boolean {
  return (
    ANSWERING.has(event.type) || (event.type === "function-call-output" && event.by === "client")
  );
}

/** The call is the client's to answer, whoever asks; an inner action keeps its name. */
function disclosePending({ answers, outputs }: TokenDisclosure, call: PendingCall): PendingCall {
  const { actionName: name } = call;
  return answers.has(name) || outputs.has(name) ? call : { ...call, actionName: "" };
}

function openAction(to: TokenDisclosure, event: Extract<RunEvent, { action: unknown }>): RunEvent {
  return event.type === "action-end" ? { ...event, cells: discloseCells(to, event.cells) } : event;
}

function isOpen({ outputs }: TokenDisclosure, { type, name }: Pick<ActionTrace, "type" | "name">) {
  return RESULT_TYPES.has(type) || outputs.has(name);
}

function discloseCells(to: TokenDisclosure, cells: Cell[][]): Cell[][] {
  return cells.map((row) => row.map((cell) => discloseCell(to, cell)));
}

function discloseCell({ failure }: TokenDisclosure, { value, error, meta }: Cell): Cell {
  const { durationMs, skipped } = meta;
  return {
    value: error === null ? value : null,
    error: error === null ? null : failure.message,
    meta: { durationMs, ...(skipped === undefined ? {} : { skipped }) },
  };
}

function discloseConfig({ config: open }: TokenDisclosure, config: RunConfig): RunConfig {
  const disclosed = Object.entries(config).flatMap(([action, values]) => {
    const keys = Object.hasOwn(open, action) ? (open[action] ?? []) : [];
    const shown = Object.entries(values).filter(([key]) => keys.includes(key));
    return shown.length === 0 ? [] : [[action, Object.fromEntries(shown)] as const];
  });
  return Object.fromEntries(disclosed);
}
