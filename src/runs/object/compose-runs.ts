/** The parts of a thread's coordinator, put together: each is handed what it uses, and nothing more. */
import type { Run } from "../../domain/run";
import { RUN } from "../../limits";
import { EventWriter } from "../events/event-writer";
import { Journal } from "../events/journal";
import type { ActiveRunParts } from "../queue/active-run";
import { Admission, type AdmissionParts } from "../queue/admission";
import { portsFor } from "../queue/engine-ports";
import { RunTable } from "../queue/object-run-table";
import { RunFinalizer } from "../queue/run-finalizer";
import { RunQueue } from "../queue/run-queue";
import { StepTable } from "../queue/step-log";
import { suspendRun } from "../queue/suspend-run";
import { submitOutputs } from "../queue/take-outputs";
import { WebhookDispatcher } from "../webhooks/dispatcher";
import { armAlarms } from "./arm-alarms";
import type { Dependencies } from "./dependencies";
import { NamedAlarms } from "./named-alarms";
import type { SubmittedOutput } from "./protocol";
import type { RunAudience } from "./run-audience";
import type { RunState } from "./run-state";
import { StatusNotes } from "./status-notes";
import { transaction } from "./transaction";

/** What of the runs the coordinator hears of. */
export interface RunHooks {
  /** Aborted when the tables go. */
  erased: AbortSignal;
  /** Whether anybody listens. */
  isHeard: () => boolean;
  /** Rows up to `n` may be told; about `chars` characters more than before. */
  onDurable: (n: number, chars: number) => void;
  /** Messages have come to the thread. */
  onMessages: () => void;
  /** The run was not taken on, or is known to D1 alone. */
  onLost: (runId: string) => void;
  /** The run has ended or waits for its client. `run` is null where it is too large to hand around. */
  onSettled: (runId: string, run: Run | null) => void;
}

export type ComposedRuns = ReturnType<typeof composeRuns>;

/** On tables that are there: see `migrate`. */
export function composeRuns(ports: Dependencies, hooks: RunHooks) {
  const tables = openTables(ports, hooks);
  const { state, writer } = tables;
  const { records, report } = ports;
  const { onSettled, onMessages, onLost } = hooks;
  const dispatcher = dispatcherOf(ports, state);
  const audience: RunAudience = { writer, dispatcher, onSettled };
  const notes = new StatusNotes({ records, report });
  const updateStatus: StatusNotes["add"] = (...note) => notes.add(...note);
  const snapshots: AdmissionParts["snapshots"] = new Map();
  const finalizer = finalizerOf(ports, tables, audience);
  const submitParts = { ...state, writer, updateStatus };
  return {
    ...tables,
    dispatcher,
    finalizer,
    queue: queueOf(ports, tables, { audience, updateStatus, snapshots, finalizer }),
    admission: new Admission({ ...state, records, snapshots, onMessages, onLost, report }),
    /** Takes the client's outputs, or says why not and takes none. */
    submit: (runId: string, outputs: readonly SubmittedOutput[]) =>
      submitOutputs(submitParts, runId, outputs),
  };
}

function dispatcherOf(ports: Dependencies, { alarms, erased }: RunState): WebhookDispatcher {
  const { storage, clock, report, webhooks, presenters } = ports;
  const parts = { storage, clock, report, webhooks, presenters, alarms, erased };
  return new WebhookDispatcher(parts);
}

function finalizerOf(
  { storage, records, probation, meter, logRun, report }: Dependencies,
  { state, journal }: Tables,
  audience: RunAudience,
): RunFinalizer {
  const ports = { storage, records, probation, meter, logRun, report };
  return new RunFinalizer({ ...state, ...audience, ...ports, journal });
}

interface QueueNeighbours {
  audience: RunAudience;
  updateStatus: StatusNotes["add"];
  snapshots: AdmissionParts["snapshots"];
  finalizer: RunFinalizer;
}

function queueOf(
  { storage, clock, records, probation, meter, engineDeps, execute, report }: Dependencies,
  { state, table, journal, steps, writer }: Tables,
  { audience, updateStatus, snapshots, finalizer }: QueueNeighbours,
): RunQueue {
  const finalize: RunFinalizer["finalize"] = (...end) => finalizer.finalize(...end);
  const enginePorts = { table, steps, writer, meter, engineDeps, records, clock, report };
  const suspendParts = { ...state, ...audience, journal, meter, updateStatus };
  const ends: Pick<ActiveRunParts, "finalize" | "suspend"> = {
    finalize,
    suspend: (runId, outcome) => suspendRun(suspendParts, runId, outcome),
  };
  const attempts = { storage, probation, report };
  const active = { ...state, ...ends, ...attempts, steps, writer, meter, snapshots, execute };
  return new RunQueue(
    { ...state, probation, finalize, report },
    { ...active, portsFor: (plan, turn) => portsFor(enginePorts, plan, turn) },
  );
}

type Tables = ReturnType<typeof openTables>;

/** The object's tables, the writer of their events, and the way to change where runs stand. */
function openTables(
  { storage, clock, lag, report, alarm }: Dependencies,
  { erased, isHeard, onDurable }: RunHooks,
) {
  const table = new RunTable(storage.sql);
  const journal = new Journal(storage.sql, table);
  const steps = new StepTable(storage.sql);
  const alarms: RunState["alarms"] = new NamedAlarms(alarm, RUN.watchMs);
  const writer = new EventWriter({
    journal,
    clock,
    lag,
    sync: () => storage.sync(),
    report,
    isHeard,
    writeSteps: () => steps.write(),
    onDurable,
  });
  const transact = <T>(fn: () => T): T => {
    // What was told before it is written before it, and stays where it is rolled back.
    writer.write();
    try {
      return transaction({ storage, table, journal }, fn);
    } catch (error) {
      alarms.dropMemory();
      armAlarms({ table, alarms, clock, lag });
      throw error;
    }
  };
  const state: RunState = { table, alarms, clock, lag, erased, transaction: transact };
  return { table, journal, steps, writer, state };
}
