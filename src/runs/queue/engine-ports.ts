/** The engine's ports for the run at work: its step log, its events, and the world outside. */
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
  engineDeps: Dependencies["engineDeps"];
}

/** The turn for which the engine has the run in hand. */
export interface EngineTurn {
  isAtWork: () => boolean;
  /** The run has never been at work before. */
  isFirst: boolean;
  /** Keys of steps whose begin is noted with the run's. */
  noted: Set<string>;
  /** The thread as it was at admission, where the run has not waited since; else null. */
  snapshot: ThreadSnapshot | null;
  /** Aborted where the run is to stop. */
  signal: AbortSignal;
  /** Called after each step that is done. */
  onStep: () => void;
}

/** The ports for one turn. After it, steps throw, and events that the engine emits are dropped. */
export function portsFor(
  parts: EnginePortsParts,
  plan: PlannedRun,
  { isAtWork, isFirst, noted, snapshot, signal, onStep }: EngineTurn,
): RunPorts {
  const { table, steps, writer, clock, engineDeps, report, meter } = parts;
  const { runId } = plan.request;
  let atStart = snapshot;
  const first = new Set(noted);
  // Until one of those is done a death undoes nothing that counts: what is told can wait for their request.
  let isLate = first.size > 0;
  const log = steps.logOf(runId, {
    isFirst,
    noted,
    flush: () => writer.flush(),
    // A finished step is not executed again: its events must be written with its outcome, or before.
    onComplete: () => {
      writer.drain();
      if (isLate) {
        writer.scheduleLate();
      } else {
        writer.schedule();
      }
      onStep();
    },
  });
  const mustBeAtWork = (): void => {
    if (!isAtWork()) {
      throw new Error("the run has ended without this");
    }
  };
  return {
    ...engineDeps(plan, () => ({ ...turnMessagesOf(table, plan), snapshot: atStart })),
    steps: {
      get: (key) => (mustBeAtWork(), log.get(key)),
      start: (key) => {
        mustBeAtWork();
        // From here on the run may write to the thread, which makes the snapshot stale.
        atStart = null;
        isLate = isLate && noted.has(key);
        return log.start(key);
      },
      complete: (key, cell) => {
        mustBeAtWork();
        isLate = isLate && !first.has(key);
        log.complete(key, cell);
      },
    },
    emit: (event, dedupeKey) => {
      // After a stop no event is written: the run keeps the text that was told until then.
      if (isAtWork() && !signal.aborted) {
        if (event.type === "text-delta" || event.type === "function-call-start") {
          meter.noteToken(runId, clock.now());
          isLate = false;
        }
        writer.append(runId, event, { dedupeKey, isLate });
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
