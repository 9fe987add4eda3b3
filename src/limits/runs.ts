/** The numbers of runs, their events, and who follows them. */
import { HOUR_MS, KIB, MIB, MINUTE_MS, SECOND_MS } from "./units.ts";

export const RUN = {
  /** Rows run in parallel in one object. */
  maxRows: 16,
  /** JSON of one action's output: under D1's and the object's 2 MB row with room for escapes. */
  actionOutputMaxBytes: MIB,
  /**
   * Values in one output, those inside others too. A file's rows of ten cells are 50 000; half a million
   * empty lists fit the bytes, and each of the ten walks until a run is recorded takes a tenth of a second.
   */
  outputMaxValues: 250_000,
  /** All outputs of a run, tools inside it included, which its object holds: a quarter of its memory. */
  outputsMaxBytes: 32 * MIB,
  /**
   * Of results and traces, which whoever reads the run holds, what a run records of its values: with
   * its steps they fit one line of an export (`IMPORT.lineMaxBytes`).
   */
  keptValuesMaxBytes: 4 * MIB,
  /**
   * Of them, as `ValueCount` counts: an empty list is two, so that an output at its limit is kept. As many bytes
   * of empty lists as fit would take 0.2 s to read.
   */
  keptMaxValues: 500_000,
  /** A larger outcome is none that is read: it was recorded by an earlier release. */
  outcomeMaxBytes: 8 * MIB,
  /**
   * Arrays and objects inside each other in a value. SQLite reads JSON 1000 deep, and a run's records
   * wrap a value in a dozen more.
   */
  valueMaxNesting: 256,
  /**
   * UTF-16 units of a value's JSON that are read or written before other requests get a turn; a whole
   * output at its limit is 35 ms where it is made to be slow.
   */
  valueCharsPerTurn: 256 * KIB,
  /** Cells of an outcome that are counted between two turns of others: 10 ms where all are small. */
  cellsPerTurn: 1000,
  /** A run's outcome beyond this goes to R2: a gigabyte costs fifty times as much in D1, which holds ten. */
  outcomeInRowMaxBytes: 4 * KIB,
  /** Ten minutes is beyond any answer a person waits for. */
  defaultDeadlineMs: 10 * MINUTE_MS,
  maxDeadlineMs: 60 * MINUTE_MS,
  /** A run that waits for its client's outputs. */
  waitDeadlineMs: 24 * HOUR_MS,
  /** An action that was cut off this often, and never alone in its isolate: see `probationMs`. */
  maxAttempts: 10,
  /** A run that waits its turn: whoever asked an hour ago has gone. */
  queueDeadlineMs: HOUR_MS,
  /** How soon a run goes on after its object has died, where nobody calls before. */
  watchMs: 5 * SECOND_MS,
  /**
   * Where timers are late the watch is later by as many times that, up to so much in all: it costs three
   * writes each time, and a thousand runs under way would write for it as often as for what they say.
   */
  watchLagFactor: 10,
  watchMaxMs: 30 * SECOND_MS,
  /** How long an alarm that may ring later is left as it is: whoever talks says more within seconds. */
  alarmDelayMs: SECOND_MS,
  /** An hour in the queue and an hour at work, and some time to record it all. */
  overdueMs: 3 * HOUR_MS,
  /** A run may wait for its client several times. */
  waitOverdueMs: 48 * HOUR_MS,
  /** Rows of runs, in a tenth of a second: 2.9 million a day with a pass every ten minutes. */
  lookedAtPerPass: 20_000,
  /** Runs that one pass of the clock asks after. */
  reconcileMax: 100,
  /** Between two tries to record an end that D1 does not take. */
  maxRetryMs: MINUTE_MS,
  /** Lives without a finished step, none of which ended while the run was alone in its isolate. */
  maxResumptions: 10,
  /** After a restart other threads are served this long before a run that was cut off is begun again. */
  resumeDelayMs: SECOND_MS,
  /** How long such a run has its isolate to itself at first, and at most: others wait for it meanwhile. */
  probationMs: 2 * SECOND_MS,
  probationMaxMs: 30 * SECOND_MS,
  /** What it gets to note durably that it has lived through it. */
  probationNoteMs: 2 * SECOND_MS,
  /** It waits this long for that; a deploy may have cut off hundreds. */
  probationWaitMs: 30 * SECOND_MS,
  probationPollMs: 100,
  /** Whoever is to be alone waits until no other attempt is younger: what kills at its beginning has done so by then. */
  newcomerMs: 250,
  /** As long as they come one upon the other, they go first this long. */
  newcomersFirstMs: 2 * SECOND_MS,
  /** One waits at most this long for another that is alone, which is 2 s at first, and 8 s after three deaths. */
  newcomerWaitMs: 10 * SECOND_MS,
  /** For D1 and R2 to record an end: longer than either lets a caller wait. */
  recordMs: MINUTE_MS,
  /** Failures in a row of an end's recording, some ten minutes, after which a store that answers is taken to refuse it. */
  maxRecordings: 12,
  /** What a stopped action gets to let go of its connections. */
  stopGraceMs: 5 * SECOND_MS,
  /** Runs that may wait on one thread. */
  queueMax: 32,
  /** About what a short run takes. */
  queueRetryAfterSeconds: 5,
  /** UTF-16 units of a running run's traces in one RPC reply, which may hold 32 MiB. */
  liveTracesMaxChars: 8 * MIB,
  /** Tool actions inside tool actions. */
  maxToolNesting: 5,
  /** Executions of one action at a time, rows and iterations together: 16 rows of one full map. */
  maxCells: 1024,
  /**
   * Executions of actions in one run, tools inside it included: a full map of 16 rows through 19 actions.
   * Each is a row of the object and some kilobytes of memory while it is at work.
   */
  maxExecutions: 20_000,
  /** Steps of a run between two pauses for everybody else, such as its executions: some 5 ms. */
  stepsPerTurn: 16,
} as const;

export const JOURNAL = {
  /** UTF-16 units of a row's text: even in three-byte letters under the object's row limit of 2 MB. */
  rowMaxChars: 512 * KIB,
  /** From the run's end; afterwards its recorded outcome serves the replay. */
  keepMs: 24 * HOUR_MS,
} as const;

export const STREAM = {
  /**
   * Deltas are gathered so long, and what comes first leaves at once: in the first second of a text,
   * when a reader looks for whether anything comes at all, less than an eye sees; then what is read
   * along with ease. Each window is a row that is billed.
   */
  coalesceMs: 40,
  /** What a run tells before its first model is asked is written so much later: its request leaves first. */
  lateMs: 1,
  coalesceBrieflyMs: SECOND_MS,
  coalesceLongMs: 200,
  /**
   * Of each text that is told at the same time in the isolate: its one thread writes so many windows a second, in
   * half its time, however many they are.
   */
  coalesceShareMs: 4,
  /**
   * A window that ends late has waited for others, whose writes the one thread of an isolate does one
   * after the other: the next one is longer by as many times its delay, up to what a reader still takes
   * for progress. Else each piece of hundreds of streams is a write of its own, and all wait for each.
   */
  coalesceLagFactor: 4,
  coalesceMaxMs: SECOND_MS,
  /** How soon delays are half forgotten while none is seen: few streams, or none, are at work then. */
  lagHalvesMs: SECOND_MS,
  /** Under the 30–60 s after which proxies cut a silent connection. */
  keepAliveMs: 15 * SECOND_MS,
  /** How long what is streamed relies on the credential being good still; keep-alives come as often. */
  admittedMs: 15 * SECOND_MS,
  /** What a reader may lag behind before it is dropped; it can come back with its last id. */
  readerMaxLagBytes: MIB,
  /**
   * Open at a time in one isolate: at a limit of 20 000 descriptors a server process dies of 3 500
   * streams of as many objects. What one project leaves is for the others; an end user has a few
   * devices with a few tabs.
   */
  slots: { total: 2500, perProject: 2000, perEndUser: 32 },
  /**
   * Opened at a time for one end user, or for a project's keys: each takes 2 ms of the thread, one that starts
   * a run 13. Others' requests wait so long at each of their steps.
   */
  openedAtOnce: 8,
  /** A place in the line is good for so long; what is not opened by then waits for something else. */
  openingTurnMs: 2 * SECOND_MS,
  /** How often one in the line asks, for each round that is before it, and after which silence it has gone. */
  openingPollMs: 20,
  openingMaxSilenceMs: 30 * SECOND_MS,
  /** Keep-alives have a reader ask for more every 15 s: one that has not for so long is gone. */
  slotLeaseMs: 5 * MINUTE_MS,
  /** UTF-16 units that one query hands to a reader that catches up. */
  replayChunkChars: 64 * KIB,
  /** Chunks kept for readers who stand at the same place; a reader elsewhere asks for itself. */
  sharedChunks: 16,
} as const;

export const THREAD_FEED = {
  messagesAtOnce: 100,
  /** Of their texts: a follower holds a few copies of what it is told at once, and there are hundreds. */
  bytesAtOnce: 64 * KIB,
  /**
   * How long writers notify a thread's object of messages after it last asked them to. It asks again
   * at half of this, later than `idleMs`, and looks then for messages of writers that died before
   * they notified it.
   */
  leaseMs: 12 * MINUTE_MS,
  /** A follow stream without news for so long is closed: while one is open, its object is billed. */
  idleMs: 5 * MINUTE_MS,
  /** When the client of such a stream comes back, and every time after that until there is news. */
  returnMs: 30 * SECOND_MS,
  /** Spread at random behind `returnMs`, so that those who left together do not return together. */
  returnSpreadMs: 15 * SECOND_MS,
} as const;

export const MEMORY = {
  /** What was told last, in UTF-16 units: a reader that is not behind by more asks no table. */
  recentMaxChars: 64 * KIB,
  /** Runs that have ended of which it is known where their events lie. */
  endedRuns: 4,
  /** One value beside a run, in UTF-16 units: definitions are a few KiB. */
  blobMaxChars: 256 * KIB,
  /** Runs whose values are kept: of a queue those at both ends are looked at. */
  blobRuns: 4,
} as const;

export const STEPS = {
  /** Replies and rounds of calls that are recorded: some hundred replies, each with calls. */
  max: 512,
  /** UTF-8 of their JSON: what models were given stands in no trace besides. See `RUN.keptValuesMaxBytes`. */
  maxBytes: 3 * MIB,
  /** UTF-16 units of what a model thinks before one reply, told and recorded. */
  reasoningMaxChars: 64 * KIB,
} as const;

/** UTF-16 units of a run's end as JSON: of a larger one whoever waits hears from the store. */
export const END_IN_REPLY_MAX_CHARS = 256 * 1024;
