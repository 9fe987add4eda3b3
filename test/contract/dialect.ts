/** What a dialect says of itself, so that one suite can hold all of them to the same rules. */
import type { Call } from "../support/call";
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

interface ContractError {
  /** What programs read: the dialect's type or code. */
  code: string;
  message: string;
  /** Of the broken rules, joined by dots. */
  paths: string[];
}

/** The dialect's own codes for what goes wrong in all of them. */
export interface ErrorCodes {
  threadNotFound: string;
  noRoute: string;
  methodNotAllowed: string;
  invalid: string;
  malformedBody: string;
  unauthorized: string;
  forbidden: string;
}

export interface Dialect {
  name: string;
  /** Path of the list of threads. */
  threads: string;
  /** What every thread's creation must name. */
  creationFields: (project: TestProject) => Promise<Record<string, string>>;
  update: { method: string };
  neverId: () => string;
  /** The bare id that all dialects share. */
  bareId: (id: string) => string;
  readThread: (json: unknown) => ContractThread;
  readThreads: (json: unknown) => ContractThread[];
  /** The id in the reply to a deletion. */
  readDeleted: (json: unknown) => string;
  readError: (json: unknown) => ContractError;
  codes: ErrorCodes;
  /** Whether a list tells that there is more, behind it and before it. */
  readMore: Supported<(json: unknown) => { after: boolean; before: boolean }>;
  /** A second name of the parameter `after`. */
  cursor: Supported<string>;
  /** A second method that updates. */
  otherUpdate: Supported<string>;
  /** A body that is a form and no JSON, for a creation with this metadata. */
  form: Supported<(fields: Record<string, string>, metadata: [string, string]) => Call>;
  /** Path of a thread's messages. */
  messages: Supported<(threadId: string) => string>;
}
