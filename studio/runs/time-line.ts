/** When each part of a run began and how long it took, as its picture draws them. */
import { asText, isObject } from "../api/json.ts";
import type { Run, Step } from "./use-runs.ts";

type Trace = Run["traces"][number];
export type Cell = Trace[1][number][number];

/** Executions drawn of one action; the rest is in the result. */
export const MAX_CELLS = 50;
/** Replies and calls drawn of one action. */
const MAX_PARTS = 20;

/** Milliseconds behind the run's acceptance. */
export interface Span {
  startMs: number;
  ms: number;
}

/** A reply of the action's model, or what that reply waited for. */
export interface Part extends Span {
  n: number;
  type: Step["type"];
  names: string[];
  isClients: boolean;
}

export interface Lane extends Span {
  key: string;
  type: string;
  name: string;
  cells: { row: number; pass: number; cell: Cell; span: Span }[];
  parts: Part[];
  /** It holds other actions, and lasts as long as they do. */
  isOuter?: boolean;
}

export interface TimeLine {
  totalMs: number;
  queueMs: number | null;
  firstTokenMs: number | null;
  attempts: number;
  lanes: Lane[];
}

/**
 * Where an earlier release did not note when they began, actions stand one after the other, each as long
 * as its longest execution.
 */
export function timeLineOf(run: Run, steps: readonly Step[], nowMs: number): TimeLine {
  const { ended = null, queue = null, first_token: firstToken = null } = run.timing ?? {};
  const lanes = lanesOf(run, queue ?? 0);
  addParts(lanes, partsOf(run, steps, nowMs));
  const lastMs = lanes.reduce(
    (most, { startMs, ms }) => Math.max(most, startMs + ms),
    firstToken ?? queue ?? 0,
  );
  return {
    totalMs: ended === null ? lastMs : Math.max(lastMs, ended - run.created),
    queueMs: queue,
    firstTokenMs: firstToken,
    attempts: run.timing?.attempts ?? 1,
    lanes,
  };
}

function lanesOf(run: Run, beginMs: number): Lane[] {
  let endMs = beginMs;
  return run.traces.map((trace, index) => {
    const lane = laneOf(trace, { key: `${index}`, beginMs: run.created, otherwiseMs: endMs });
    endMs = Math.max(endMs, lane.startMs + lane.ms);
    return lane;
  });
}

/** To the pass that it belongs to; of an action that has not ended to a lane of its own. */
function addParts(lanes: Lane[], parts: readonly (Part & { name: string })[]): void {
  for (const part of parts) {
    const own = lanes.filter(({ name }) => name === part.name);
    const lane = own.find((one) => isWithin(part, one)) ?? own.at(-1) ?? addLane(lanes, part.name);
    stretch(lane, part);
    if (lane.parts.length < MAX_PARTS) {
      lane.parts.push(part);
    }
  }
}

interface Beginning {
  key: string;
  beginMs: number;
  otherwiseMs: number;
}

function laneOf([[type, name], rows]: Trace, { key, beginMs, otherwiseMs }: Beginning): Lane {
  const cells = rows.flatMap((row, at) =>
    row.map((cell, pass) => {
      const { started, duration: ms } = cell.meta;
      const startMs = started === undefined ? otherwiseMs : Math.max(0, started - beginMs);
      return { row: at, pass, cell, span: { startMs, ms } };
    }),
  );
  const spans = cells.map(({ span }) => span);
  const startMs = spans.reduce((least, span) => Math.min(least, span.startMs), Infinity);
  const endMs = spans.reduce((most, span) => Math.max(most, span.startMs + span.ms), 0);
  const whole = Number.isFinite(startMs) ? { startMs, ms: endMs - startMs } : { startMs: 0, ms: 0 };
  return { key: `${key} ${name}`, type, name, cells, parts: [], ...whole };
}

/** Of an action that has not ended. */
function addLane(lanes: Lane[], name: string): Lane {
  const lane = { key: name, type: "", name, cells: [], parts: [], startMs: Infinity, ms: 0 };
  lanes.push(lane);
  return lane;
}

function stretch(lane: Lane, { startMs, ms }: Span): void {
  const endMs = Math.max(lane.startMs === Infinity ? 0 : lane.startMs + lane.ms, startMs + ms);
  lane.startMs = Math.min(lane.startMs, startMs);
  lane.ms = endMs - lane.startMs;
}

function isWithin(part: Span, lane: Span): boolean {
  return part.startMs >= lane.startMs && part.startMs <= lane.startMs + lane.ms;
}

function partsOf(run: Run, steps: readonly Step[], nowMs: number): (Part & { name: string })[] {
  return steps.map((step) => {
    const { n, type, block_name: name, started, ended, calls = [] } = step;
    const endMs = ended ?? run.timing?.ended ?? nowMs;
    return {
      n,
      type,
      name,
      names: calls.map((one) => one.name),
      isClients: calls.some((one) => one.answered_by === "client"),
      startMs: Math.max(0, started - run.created),
      ms: Math.max(0, endMs - started),
    };
  });
}

/** Each lane as long as the ones inside it, which stand behind it and deeper. */
export function coverInner(lanes: readonly Lane[], depths: ReadonlyMap<string, number>): Lane[] {
  const depthOf = ({ name }: Lane) => depths.get(name) ?? 0;
  return lanes.map((lane, at) => {
    const behind = lanes.slice(at + 1);
    const end = behind.findIndex((other) => depthOf(other) <= depthOf(lane));
    const inner = end === -1 ? behind : behind.slice(0, end);
    const covering = { ...lane, isOuter: inner.length > 0 };
    inner.filter(({ ms }) => ms > 0).forEach((one) => stretch(covering, one));
    return covering;
  });
}

/** How deep each action stands in the ones around it, by name. */
export function depthsOf(actions: unknown, depth = 0): Map<string, number> {
  const depths = new Map<string, number>();
  for (const action of Array.isArray(actions) ? actions : []) {
    if (isObject(action)) {
      depths.set(asText(action["name"]), depth);
      for (const inner of [action["actions"], action["else"]]) {
        depthsOf(inner, depth + 1).forEach((at, name) => depths.set(name, at));
      }
    }
  }
  return depths;
}
