/**
 * The API's only door to runs. Finds the object, comes back to it after a crash, and asks the store
 * where the object has nothing (any more) to say.
 */
import type { AccessScope } from "../../domain/access/caller";
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import type { Run } from "../../domain/run";
import type { NumberedEvent, RunEvent } from "../../domain/run-event";
import { RETRY, WAIT } from "../../limits";
import { getRun } from "../../store/runs/runs";
import { VOCABULARY } from "../events/older-readers";
import { systemClock } from "../object/clock";
import type {
  CoordinatorRpc,
  DeliveryAddress,
  FollowedRun,
  ReaderPlace,
  RunReport,
  StartRun,
  SubmittedOutput,
} from "../object/protocol";
import { type RunAddress, ask, lacksMethod, runObject } from "./find-object";
import { replayFromOutcome } from "./replay-from-outcome";
import { type Batch, resumeStream } from "./resume-stream";
import { isPassing } from "./retry";

/** What the caller does with the run that it starts, where the object may do that in the same call. */
export type AndThen = ({ kind: "wait" } & Patience) | { kind: "follow" };

/** A run that its thread's object has taken on. */
export interface Started<Plan> {
  run: Run;
  /** The plan on which it was started. */
  plan: Plan;
  /** `AndThen` is done: the run has been waited for, or its lines are here. */
  opened?: OpenedRun | undefined;
}

/** Of one call alone: it is taken once. */
export type OpenedRun = { kind: "waited" } | { kind: "lines"; lines: ReadableStream<Uint8Array> };

/**
 * Starts the run, or says why not.
 * @param planAnew Called where something is not as `start.assumed` says: what is started instead, on
 * what has been looked up.
 */
export async function startRun<Plan extends { start: StartRun }>(
  env: Env,
  plan: Plan,
  planAnew?: () => Promise<Outcome<Plan>>,
  andThen?: AndThen,
): Promise<Outcome<Started<Plan>>> {
  const { start } = plan;
  const { projectId, runId, threadIds } = start.request;
  const address = { projectId, runId, threadId: threadIds?.[0] ?? null };
  const { answer, opened } = await begin(env, address, start, andThen);
  if (!answer.ok || answer.value.kind !== "stale" || planAnew === undefined) {
    const run = await settled(env, address, answer);
    return run.ok ? success({ run: run.value, plan, opened }) : run;
  }
  const anew = await planAnew();
  return anew.ok ? startRun<Plan>(env, anew.value, undefined, andThen) : anew;
}

async function begin(
  env: Env,
  address: RunAddress,
  start: StartRun,
  andThen: AndThen | undefined,
): Promise<{ answer: Outcome<RunReport>; opened?: OpenedRun }> {
  const justStart = () => askRun(env, address, (object) => object.start(start));
  try {
    if (andThen?.kind === "wait") {
      const ended = askRun(env, address, (object) => object.startAndWait(start));
      const answer = (await orLate(ended, andThen)) ?? (await justStart());
      return { answer, opened: { kind: "waited" } };
    }
    if (andThen?.kind === "follow") {
      const call = (object: CoordinatorRpc) => object.startAndFollow(start, VOCABULARY);
      const answer = await askRun(env, address, call);
      return answer.ok ? followed(answer.value) : { answer };
    }
  } catch (error) {
    if (!lacksMethod(error)) {
      throw error;
    }
  }
  return { answer: await justStart() };
}

function followed({ report, lines }: FollowedRun): {
  answer: Outcome<RunReport>;
  opened?: OpenedRun;
} {
  const answer = success(report);
  return lines === null ? { answer } : { answer, opened: { kind: "lines", lines } };
}

/** The run once it has ended or waits for its client; after `waitMs`, or once the signal aborts, as it stands. */
export function waitForRun(
  env: Env,
  address: RunAddress,
  patience: Patience,
): Promise<Outcome<Run>> {
  return inTime(env, address, patience, (object) => object.wait(address.runId));
}

/** The run as it stands. */
export async function readRun(env: Env, address: RunAddress): Promise<Outcome<Run>> {
  return settled(env, address, await askRun(env, address, (object) => object.read(address.runId)));
}

/**
 * Stops the run; the run as it ended, be it by the stop or just before it. Where that takes longer
 * than `waitMs`, because its end cannot be recorded, the run as it stands: it ends without the caller.
 */
export function cancelRun(env: Env, address: RunAddress, waitMs: number): Promise<Outcome<Run>> {
  return inTime(env, address, { waitMs }, (object) => object.cancel(address.runId));
}

/** Hands in outputs that the run waits for. */
export async function submitOutputs(
  env: Env,
  address: RunAddress,
  outputs: SubmittedOutput[],
): Promise<Outcome<Run>> {
  const { runId } = address;
  const answer = await askRun(env, address, (object) => object.submit(runId, outputs));
  if (!isForgotten(answer)) {
    return settled(env, address, answer);
  }
  const run = await recorded(env, address);
  return run.ok
    ? failed({ kind: "run_state", runId, status: run.value.status, message: "The run has ended." })
    : run;
}

/** Has a delivery about the run made once more, which the store has made due again. */
export async function redeliver(
  env: Env,
  address: RunAddress,
  delivery: DeliveryAddress,
): Promise<void> {
  await ask(
    () => runObject(env, address),
    (object) => object.redeliver(delivery),
  );
}

/** Makes the object of a deleted run that belongs to no thread forget everything. */
export async function eraseRun(env: Env, projectId: string, runId: string): Promise<void> {
  await ask(
    () => runObject(env, { projectId, threadId: null, runId }),
    (object) => object.erase(),
  );
}

/** A run's events as a reader of some dialect wants them. */
export interface Listening {
  /** How many of the dialect's events lie before the first of `events`. */
  before: number;
  events: AsyncGenerator<Batch<RunEvent>>;
}

/**
 * The run's events from the reader's place on: the past, and then live up to `run-end`, each once and
 * in order whatever happens to the object meanwhile. Null is a keep-alive.
 * @param lines What the object has opened with the run's start.
 */
export async function listenToRun(
  env: Env,
  address: RunAddress,
  place: ReaderPlace,
  signal: AbortSignal,
  lines: ReadableStream<Uint8Array> | null = null,
): Promise<Listening> {
  if (lines !== null) {
    letGo(lines, signal);
  }
  if (place.after === 0) {
    return { before: 0, events: runEvents(env, address, 0, signal, lines) };
  }
  const located = await askRun(env, address, (object) =>
    object.locate(address.runId, { ...place, vocabulary: VOCABULARY }),
  );
  return located.ok
    ? { before: located.value.told, events: runEvents(env, address, located.value.seq, signal) }
    : { before: place.after, events: recordedEvents(env, address) };
}

async function* runEvents(
  env: Env,
  address: RunAddress,
  after: number,
  signal: AbortSignal,
  opened: ReadableStream<Uint8Array> | null = null,
): AsyncGenerator<Batch<RunEvent>> {
  let first = opened;
  const lines = resumeStream<number, NumberedEvent>(
    {
      open: async (place) => {
        const given = first;
        first = null;
        return given === null
          ? runObject(env, address).events(address.runId, place, VOCABULARY)
          : success(given);
      },
      placeAfter: ({ seq }) => seq,
      isLast: ({ event }) => event.type === "run-end",
    },
    after,
    signal,
  );
  for (;;) {
    const { done, value } = await lines.next();
    if (done === true) {
      yield* value === null ? [] : recordedEvents(env, address);
      return;
    }
    yield value.map((numbered) => numbered?.event ?? null);
  }
}

/** Whoever never comes to read them lets the object know all the same. */
function letGo(lines: ReadableStream<Uint8Array>, signal: AbortSignal): void {
  // Where somebody reads them, it is for the reader to cancel, and this fails.
  const cancel = (): void => void lines.cancel().catch(() => {});
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) {
    cancel();
  }
}

async function* recordedEvents(env: Env, address: RunAddress): AsyncGenerator<Batch<RunEvent>> {
  const run = await recorded(env, address);
  if (run.ok) {
    yield replayFromOutcome(run.value);
  }
}

/** What the call comes to, or the run as it stands where that takes longer. */
async function inTime(
  env: Env,
  address: RunAddress,
  patience: Patience,
  call: (object: CoordinatorRpc) => Promise<Outcome<RunReport>>,
): Promise<Outcome<Run>> {
  const answer = await orLate(askRun(env, address, call), patience);
  return answer === null ? readRun(env, address) : settled(env, address, answer);
}

/** How long a call waits: until its time is up, or within a second of its signal's abort. */
export interface Patience {
  waitMs: number;
  /** May be aborted by another request, which can resolve no promise of this one. */
  signal?: AbortSignal;
}

/** Null where it takes longer. */
async function orLate<T>(answer: Promise<T>, { waitMs, signal }: Patience): Promise<T | null> {
  const late = Promise.withResolvers<null>();
  const giveUp = () => late.resolve(null);
  const callOff = systemClock.after(waitMs, giveUp);
  const looks = signal && setInterval(() => signal.aborted && giveUp(), WAIT.lookMs);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    callOff();
    clearInterval(looks);
  }
}

async function askRun<T>(
  env: Env,
  address: RunAddress,
  call: (object: CoordinatorRpc) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  try {
    return await ask(() => runObject(env, address), call);
  } catch (error) {
    if (!isPassing(error)) {
      throw error;
    }
    const message = "The thread has more to do than it can at the moment.";
    return failed({ kind: "unavailable", message, retryAfterSeconds: RETRY.afterSeconds });
  }
}

async function settled(
  env: Env,
  address: RunAddress,
  answer: Outcome<RunReport>,
): Promise<Outcome<Run>> {
  if (answer.ok && answer.value.kind === "run") {
    // An object of an earlier release tells no steps, no timing and no end user.
    const unknown = { steps: [], timing: null, endUserId: null };
    return success(Object.assign(unknown, answer.value.run));
  }
  return answer.ok || isForgotten(answer) ? recorded(env, address) : answer;
}

function isForgotten(answer: Outcome<unknown>): answer is { ok: false; failure: Failure } {
  return !answer.ok && answer.failure.kind === "not_found" && answer.failure.entity === "run";
}

function recorded(env: Env, { projectId, runId }: RunAddress): Promise<Outcome<Run>> {
  const scope: AccessScope = { projectId, endUserId: null, threadId: null };
  return getRun(env, scope, { runId });
}
