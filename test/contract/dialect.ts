/** What a dialect says of itself, so that one suite can hold all of them to the same rules. */
import type { Places } from "../strangers/open-places";
import type { Call, Reply } from "../support/call";
import type { TestProject } from "../support/project";

/** Written where a dialect has no such thing: it is left out in the open, and never by silence. */
export const NOT_SUPPORTED = Symbol("not supported");
type Supported<Thing> = Thing | typeof NOT_SUPPORTED;

interface ContractThread {
  /** As this dialect writes it. */
  id: string;
  /** Empty where none was set. */
  metadata: Record<string, string>;
}

export interface ContractError {
  /** What programs read: the dialect's type or code. */
  code: string;
  message: string;
  /** Of the broken rules, joined by dots. */
  paths: string[];
}

export interface ContractMessage {
  id: string;
  role: string;
  text: string;
  metadata: Record<string, string>;
}

export interface ContractFile {
  id: string;
  name: string;
}

export type RunEnd = "succeeded" | "failed" | "cancelled";

interface ContractRun {
  id: string;
  /** `null` while it has not ended. */
  ended: RunEnd | null;
}

/** One event of a stream of a run. */
export interface ContractEvent {
  /** What a reader gives back to go on behind it. */
  cursor: string;
  /** Of the answer; empty in events that tell of something else. */
  text: string;
  /** What this event says of the run's end; `null` in all others. */
  ended: RunEnd | null;
  /** None comes behind it. */
  isLast: boolean;
}

/** How a dialect speaks of threads. */
export interface Threads {
  /** Of the list. */
  path: string;
  /** What every thread's creation must name. */
  creationFields: (project: TestProject) => Promise<Record<string, string>>;
  update: { method: string };
  read: (json: unknown) => ContractThread;
  readList: (json: unknown) => ContractThread[];
  /** The id in the reply to a deletion. */
  readDeleted: (json: unknown) => string;
  /** Whether a list tells that there is more, behind it and before it. */
  readMore: Supported<(json: unknown) => { after: boolean; before: boolean }>;
  /** A second name of the parameter `after`. */
  cursor: Supported<string>;
  /** A second method that updates. */
  otherUpdate: Supported<string>;
  /** A body that is a form and no JSON, for a creation with this metadata. */
  form: Supported<(fields: Record<string, string>, metadata: [string, string]) => Call>;
}

/** How a dialect speaks of messages. Paths are whole; bodies are of the dialect's own form. */
interface Messages {
  path: (threadId: string) => string;
  read: (json: unknown) => ContractMessage;
  readList: (json: unknown) => ContractMessage[];
  /** The id in the reply to a deletion. */
  readDeleted: (json: unknown) => string;
}

interface Files {
  path: string;
  upload: (file: File) => Call;
  readUploaded: (json: unknown) => string;
  read: (json: unknown) => ContractFile;
  readList: (json: unknown) => ContractFile[];
  contentPath: (id: string) => string;
}

/** What a run is of; both ids are bare. */
export interface RunOf {
  projectId: string;
  toolId: string;
  threadId: string;
}

/** A run that goes on without its caller, and is read by its id. */
interface RunsByThemselves {
  start: (of: RunOf, question: string) => { path: string; json: object };
  path: (of: RunOf, runId: string) => string;
  cancelPath: (of: RunOf, runId: string) => string;
  read: (json: unknown) => ContractRun;
  /** The answer, of a run as it is read; null where there is none. */
  readAnswer: Supported<(json: unknown) => string | null>;
  neverId: string;
}

interface Runs {
  /** The call that starts a run which adds this question to its thread, and is answered with its stream. */
  start: (of: RunOf, question: string) => { path: string; json: object };
  readRunId: (reply: Reply) => string;
  /** Without those that have no number: they say once more what a reader behind it missed. */
  readEvents: (text: string) => ContractEvent[];
  /** Where a reader comes back to a run's stream. */
  streamPath: (of: RunOf, runId: string) => string;
  byThemselves: Supported<RunsByThemselves>;
}

/** The dialect's own codes for what goes wrong in all of them. */
export interface ErrorCodes {
  threadNotFound: string;
  /** Of what the dialect has no word for, null. */
  messageNotFound: string | null;
  fileNotFound: string | null;
  runNotFound: string | null;
  otherBody: string;
  noRoute: string;
  methodNotAllowed: string;
  invalid: string;
  malformedBody: string;
  unauthorized: string;
  forbidden: string;
}

export interface Dialect {
  name: string;
  /** Paths of all that is not supported below, at any depth. */
  lacks: readonly string[];
  /** What each call that tokens reach opens to them, by its operation id; what is not here is refused by name. */
  opens: Readonly<Record<string, Places>>;
  /** Of a thread. */
  neverId: () => string;
  /** The bare id that all dialects share. */
  bareId: (id: string) => string;
  readError: (json: unknown) => ContractError;
  codes: ErrorCodes;
  /** A call that writes, and is taken. */
  write: (project: TestProject) => Promise<{ path: string; json: object }>;
  threads: Supported<Threads>;
  messages: Supported<Messages>;
  files: Supported<Files>;
  runs: Supported<Runs>;
}
