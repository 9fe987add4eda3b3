/** What the engine is given for the run at work: its memory, its voice, and the world it may reach. */
import type { RunPlan } from "../../engine/contract";
import type { RunPorts } from "../../engine/ports";
import type { ThreadSnapshot } from "../../store/threads/thread-history";
import type { EventWriter } from "../events/event-writer";
import { sleep } from "../object/clock";
import type { Dependencies } from "../object/dependencies";
import type { PlannedRun } from "../object/run-blobs";
import type { RunMeter } from "../object/run-meter";
import type { RunTable } from "./object-run-table";
import { type SaveReplyParts, saveReply } from "./save-with-retries";
import type { StepTable } from "./step-log";
import { turnMessagesOf } from "./turn-messages";

export interface EnginePortsParts extends SaveReplyParts {
  table: RunTable;
  steps: StepTable;
  writer: EventWriter;
  meter: Pick<RunMeter, "noteToken">;
  reach: Dependencies["reach"];
}

/** The turn for which the engine has the run in hand. */
export interface EngineTurn {
  isAtWork: () => boolean;
  /** The run has never been at work before. */
  isFirst: boolean;
  /** The thread as it was admitted to it, where it has not waited since. */
  snapshot: ThreadSnapshot | null;
  /** Aborted where the run is to stop. */
  signal: AbortSignal;
  /** Hears of every step that is done. */
  onStep: () => void;
}

/** After its turn the engine's steps throw, and nothing that it says is told. */
export function portsFor(
  parts: EnginePortsParts,
  plan: PlannedRun,
  { isAtWork, isFirst, snapshot, signal, onStep }: EngineTurn,
): RunPorts {
  const { table, steps, writer, clock, reach, report, meter } = parts;
  const { runId } = plan.request;
  let atStart = snapshot;
  const log = steps.logOf(runId, {
    isFirst,
    flush: () => writer.flush(),
    // What a finished step had to tell is not told anew: it is written with its outcome, or before.
    onComplete: () => {
      writer.gather();
      writer.schedule();
      onStep();
    },
  });
  const mustBeAtWork = (): void => {
    if (!isAtWork()) {
      throw new Error("the run has ended without this");
    }
  };
  return {
    ...reach(plan, () => ({ ...turnMessagesOf(table, plan), snapshot: atStart })),
    steps: {
      get: (key) => (mustBeAtWork(), log.get(key)),
      start: (key) => {
        mustBeAtWork();
        // What the run does from here on may write to the thread.
        atStart = null;
        return log.start(key);
      },
      complete: (key, cell) => (mustBeAtWork(), log.complete(key, cell)),
    },
    emit: (event, dedupeKey) => {
      // After a stop nothing more is told: what was told until then is what the run keeps.
      if (isAtWork() && !signal.aborted) {
        if (event.type === "text-delta" || event.type === "function-call-start") {
          meter.noteToken(runId, clock.now());
        }
        writer.append(runId, event, { dedupeKey });
      }
    },
    now: () => clock.now(),
    sleep: (delayMs, sleepSignal) => sleep(clock, delayMs, sleepSignal),
    submittedOutputs: () => table.submittedOutputs(runId),
    saveReply: async (reply) => {
      const saved = await saveReply(parts, plan, reply, signal);
      if (saved !== null) {
        mustBeAtWork();
        const { message, messageBarrier } = saved;
        const dedupeKey = `message-add:${message.id}`;
        writer.append(runId, { type: "message-add", message }, { dedupeKey, messageBarrier });
      }
    },
    reportBug: (error, step) => report(`an action threw at ${step}`, error),
  };
}

export function enginePlan({ request, actions }: PlannedRun): RunPlan {
  const { runId, projectId, toolId, config, inputs, threadIds, stream } = request;
  return { runId, projectId, toolId, actions, config, inputs, threadIds, stream, depth: 0 };
}
