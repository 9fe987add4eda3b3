/** The events of one run as stream items, from wherever its reader wants them. */
import type { CoreContext } from "../../../core/context";
import type { RunView } from "../../../core/run-view";
import { listenToRun } from "../../../core/runs";
import type { DisclosedEvent } from "../../../domain/access/disclosure";
import type { Run } from "../../../domain/run";
import type { PendingCall } from "../../../domain/runs/run-values";
import type { Gate } from "./gates";
import { presentRun } from "./run-wire";
import type { EncoderView } from "./step-encoder";
import { RunStreamEncoder } from "./stream-encoder";
import type { StreamItem } from "./stream-reply";

export interface RunStreamRequest {
  core: CoreContext;
  view: RunView;
  shown: EncoderView;
  gate: Gate;
  /** The run as it stands: asked where its story comes to a wait for its client. */
  standing: () => Promise<Run>;
}

export async function openStream(
  request: RunStreamRequest,
  signal: AbortSignal,
): Promise<AsyncGenerator<StreamItem[]>> {
  const { core, view } = request;
  const { events } = await listenToRun(core, view, { after: 0, weights: {} }, signal);
  return items(request, events);
}

async function* items(
  { view, shown, gate, standing }: RunStreamRequest,
  batches: AsyncGenerator<(DisclosedEvent | null)[]>,
): AsyncGenerator<StreamItem[]> {
  const encoder = new RunStreamEncoder(view.run, shown);
  yield gate.pass(encoder.accept(), null);
  for await (const batch of batches) {
    const passed: StreamItem[] = [];
    for (const event of batch) {
      if (event === null) {
        passed.push(null);
        continue;
      }
      passed.push(...gate.pass(encoder.encode(event), event));
      const end = await endAt(event, gate, standing);
      if (end !== null) {
        yield [...passed, ...end, "done"];
        return;
      }
    }
    yield passed;
  }
}

/** What ends the stream behind this event; null where it goes on. */
async function endAt(
  event: DisclosedEvent,
  gate: Gate,
  standing: () => Promise<Run>,
): Promise<StreamItem[] | null> {
  if (event.type === "run-end") {
    return gate.last();
  }
  if (event.type !== "run-wait") {
    return null;
  }
  const run = await standing();
  if (!waitsFor(run, event.calls)) {
    return null;
  }
  // Of the outputs that the reader handed in some are still missing.
  return gate.beginsAt(event)
    ? [{ event: "thread.run.requires_action", data: presentRun(run) }]
    : [];
}

/** A wait that the run has come past is told on the way. */
function waitsFor({ status, pendingCalls }: Run, calls: readonly PendingCall[]): boolean {
  const waited = new Set(calls.map(({ callId }) => callId));
  return status === "requires_action" && pendingCalls.some(({ callId }) => waited.has(callId));
}
