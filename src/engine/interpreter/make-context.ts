import { ActionFailure } from "../../domain/action-failure";
import type { Cell } from "../../domain/run";
import { RUN } from "../../limits";
import type { ActionContext, ActionEvent, ClientCall, ReplyMessages } from "../actions/action";
import { failedCell, valueCell } from "./cells";
import { envOf, threadIdOf } from "./env";
import { runTool } from "./run-tool";
import { sha256Hex } from "./sha-256";
import { AwaitingClient, stopIfAborted } from "./signals";
import { addressOf, streamsText, type StepContext } from "./step-context";

type Piece = Extract<
  ActionEvent,
  { type: "text-delta" | "reasoning-delta" | "function-call-start" | "function-call-delta" }
>;

/** Pieces of a reply are told only where somebody is to hear it as it comes. */
function isPiece(event: ActionEvent): event is Piece {
  switch (event.type) {
    case "text-delta":
    case "reasoning-delta":
    case "function-call-start":
    case "function-call-delta":
      return true;
    case "reply-start":
    case "reply-end":
    case "function-call-output":
    case "search-start":
    case "search-end":
      return false;
  }
}

/** What an action is handed; `spec` is resolved and checked. */
export function makeContext(context: StepContext, spec: Record<string, unknown>): ActionContext {
  const { execution, action, row, place } = context;
  const { plan, ports, signal } = execution;
  const streams = streamsText(execution, action);
  return {
    spec,
    config: execution.config[action.name] ?? {},
    place,
    runId: plan.runId,
    projectId: plan.projectId,
    input: plan.inputs[row.index] ?? {},
    lastOutput: row.lastOutput,
    pass: context.pass,
    threadId: threadIdOf(execution, row.index),
    idempotencyKey: `${plan.runId}/${action.name}/${addressOf(row)}`,
    streams,
    attempt: context.attempt,
    ports,
    tokens: execution.tokens,
    owner: execution.owner,
    signal,
    env: () => envOf(context),
    emit: (event, dedupeKey) => {
      // An action that does not heed the signal may still be talking. A tool inside a tool tells nothing.
      if (signal.aborted || execution.caller !== null) {
        return;
      }
      if (isPiece(event)) {
        if (streams) {
          ports.emit({ ...event, place }, dedupeKey);
        }
      } else {
        ports.emit({ ...event, place, atMs: ports.now() }, dedupeKey);
      }
    },
    replies: repliesOf(context),
    step: (key, work, replay) => runStep(context, key, work, replay),
    clientOutputs: (calls) => clientOutputs(context, calls),
    runTool: (call) => runTool(context, call, (key, work) => runStep(context, key, work)),
  };
}

/** Made anew with each attempt: what one had begun to say under its id is never another's. */
function repliesOf({ execution, row, key, attempt }: StepContext): ReplyMessages | null {
  const { plan, ports, caller } = execution;
  if (caller !== null || threadIdOf(execution, row.index) === null) {
    return null;
  }
  return {
    async idOf(n) {
      const hash = await sha256Hex(`${plan.runId}/${key}/reply-${n}/${attempt}`);
      return hash.slice(0, REPLY_ID_CHARS);
    },
    save: (reply) => ports.saveReply({ ...reply, row: row.index }),
  };
}

/** 96 bits; letters and digits, as clients cut ids out of texts. */
const REPLY_ID_CHARS = 24;

async function runStep<T>(
  context: StepContext,
  name: string,
  work: () => Promise<T>,
  replay?: (value: T) => void,
): Promise<T> {
  const { execution, key, replays } = context;
  stopIfAborted(execution.signal);
  const known = execution.ports.steps.get(`${key}/${name}`);
  const cell = known ?? (await takeStep(context, name, work));
  if (cell.error !== null) {
    throw new ActionFailure(cell.errorCode ?? "internal_error", cell.error, cell.meta);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made by this `work`, then or now
  const value = cell.value as T;
  if (known !== undefined && replays) {
    replay?.(value);
  }
  return value;
}

async function takeStep(
  { execution, key }: StepContext,
  name: string,
  work: () => Promise<unknown>,
): Promise<Cell> {
  const { ports } = execution;
  const stepKey = `${key}/${name}`;
  if (ports.steps.start(stepKey) > RUN.maxAttempts) {
    throw new ActionFailure("too_many_attempts", `${name} was cut off ${RUN.maxAttempts} times.`);
  }
  const startedAtMs = ports.now();
  const cell = await work().then(
    (value) => valueCell(value, { durationMs: ports.now() - startedAtMs }),
    (error: unknown) => {
      if (error instanceof ActionFailure) {
        return failedCell(error, { durationMs: ports.now() - startedAtMs });
      }
      throw error;
    },
  );
  stopIfAborted(execution.signal);
  ports.steps.complete(stepKey, cell);
  return cell;
}

function clientOutputs(
  { execution, action, row }: StepContext,
  calls: readonly ClientCall[],
): Map<string, string> {
  const { caller } = execution;
  const pending = calls.map((call) => ({
    callId: call.callId,
    name: call.name,
    arguments: call.arguments,
    actionName: caller === null ? action.name : `${caller.actionName}/${action.name}`,
    row: caller === null ? row.index : caller.row,
  }));
  const outputs = execution.ports.submittedOutputs(pending);
  if (pending.some(({ callId }) => !outputs.has(callId))) {
    throw new AwaitingClient(pending);
  }
  return outputs;
}
