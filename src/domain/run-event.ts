/**
 * What happens in a run, told once in one neutral vocabulary; each dialect encodes it into its own
 * stream. The journal numbers events per run from 1 without gaps; a number, once told, never changes
 * its meaning.
 */
import type { KnowledgeHit } from "./knowledge";
import type { Message } from "./message";
import type {
  Cell,
  FinalRunStatus,
  IncompleteRun,
  PendingCall,
  RunError,
  Usage,
} from "./runs/run-values";
import type { ActionType } from "./tool";

/** Which execution of which action an event speaks of. */
export interface ActionPlace {
  type: ActionType;
  name: string;
  /** Index of the input row. */
  row: number;
  /** The innermost `map` around it, null outside one. */
  map: { name: string; iteration: number } | null;
}

/** The function by which a model searches knowledge itself. */
export const FILE_SEARCH = "file_search";

/** The function by which a model runs JavaScript that it has written. */
export const RUN_CODE = "code_interpreter";

/** Who answers a function call: the run's client, or the tool itself. */
export type CallAnswerer = "client" | "tool";

/** A function that a reply calls. */
export interface ReplyCall {
  callId: string;
  name: string;
  /** JSON text as the model wrote it. */
  arguments: string;
  by: CallAnswerer;
}

/** Why a reply ended; `error`: it did not come to its end. */
export type ReplyEndReason =
  | "stop"
  | "length"
  | "content-filter"
  | "tool-calls"
  | "other"
  | "error";

/** A passage that a model was shown. */
export interface FoundPassage extends Pick<
  KnowledgeHit,
  "documentId" | "fileId" | "text" | "score" | "offset" | "pages"
> {
  similarity?: number | null;
  /** Where its document comes from; absent in runs of earlier releases. */
  sourceUrl?: string | null;
  /** The file's name, else the document's id: its mark says the beginning of it. */
  title: string;
}

/** All that a run tells while it is at work; dialects encode it. */
export type RunEvent =
  | ({ type: "run-start"; runId: string } & RunMove)
  /** Once per action and pass, for all its rows and iterations together. */
  | { type: "action-start"; action: { type: ActionType; name: string } }
  /**
   * A model begins a reply, heard or not. `n` counts the replies of the place from 1; `attempt` is 1, and
   * one more after each attempt at the action that was cut off. A reply that had ended before is told
   * anew under the same `messageId`, and nothing is written anew for it.
   */
  | ReplyStart
  /** `refusal`: of the words by which the model refuses to answer; a reply has one kind of text. */
  | { type: "text-delta"; place: ActionPlace; text: string; refusal?: true | undefined }
  /** What the model thinks before it answers, as far as its provider shows it. */
  | { type: "reasoning-delta"; place: ActionPlace; text: string }
  | FunctionCallStart
  | {
      type: "function-call-delta";
      place: ActionPlace;
      name: string;
      callId: string;
      index: number;
      text: string;
    }
  /** The reply as a whole, heard or not. */
  | ReplyEnd
  /** What a function call of the last reply gave; of a client's once the run goes on with all of them. */
  | FunctionCallOutput
  /** The model has asked for passages of knowledge. */
  | SearchStart
  | SearchEnd
  /** What this place had told since its action began is withdrawn; it is told anew. */
  | { type: "action-reset"; place: ActionPlace }
  /** `cells[row][iteration]`. */
  | { type: "action-end"; action: { type: ActionType; name: string }; cells: Cell[][] }
  | ({ type: "run-wait"; calls: PendingCall[] } & RunMove)
  | ({ type: "run-resume" } & RunMove)
  | { type: "message-add"; message: Message }
  | RunEnd;

/** When a run moved and until when it goes on from there; absent in journals of earlier releases. */
interface RunMove {
  atMs?: number | undefined;
  expiresAtMs?: number | undefined;
}

interface RunEnd {
  type: "run-end";
  /** Absent in journals of earlier releases. */
  atMs?: number | undefined;
  status: FinalRunStatus;
  error: RunError | null;
  /** Of one that succeeded and says less than it might; absent where it says all. */
  incomplete?: IncompleteRun | undefined;
}

/** A model has been asked. */
export interface ReplyStart {
  type: "reply-start";
  place: ActionPlace;
  n: number;
  attempt: number;
  /** Under which the reply's text will be saved; null where it is no message of its own. */
  messageId: string | null;
  atMs: number;
}

/** The model has begun to write a call. */
export interface FunctionCallStart {
  type: "function-call-start";
  place: ActionPlace;
  name: string;
  callId: string;
  /** Counts the calls of the reply from 0, in the order in which they begin. */
  index: number;
  by: CallAnswerer;
}

/** A model's reply is whole. */
export interface ReplyEnd {
  type: "reply-end";
  place: ActionPlace;
  n: number;
  finishReason: ReplyEndReason;
  usage: Usage;
  /** All of them, knowledge searches too. */
  calls: ReplyCall[];
  /** A call was told before the first of the text; absent where none was. */
  callsFirst?: boolean | undefined;
  /** The message that holds the text; null where it is no message of its own. */
  messageId: string | null;
  /** What was told of it or, where nobody listened, would have been. */
  text: string;
  /** The text is the model's refusal to answer; absent where it is not. */
  refusal?: true | undefined;
  reasoning: string;
  /** Set where `finishReason` is `error`. */
  error: RunError | null;
  atMs: number;
}

/** A call has its output. */
export interface FunctionCallOutput {
  type: "function-call-output";
  place: ActionPlace;
  callId: string;
  output: string;
  isError: boolean;
  by: CallAnswerer;
  atMs: number;
}

interface SearchStart {
  type: "search-start";
  place: ActionPlace;
  callId: string;
  query: string;
  /** Counts the searches of the place from 1: the first number of its passages' marks. */
  ordinal: number;
  atMs: number;
}

interface SearchEnd {
  type: "search-end";
  place: ActionPlace;
  callId: string;
  /** The n-th of them, from 0, is marked `【ordinal:n†title】`. */
  passages: FoundPassage[];
  ordinal: number;
  atMs: number;
}

/** An event under its number in the run's journal. */
export interface NumberedEvent {
  seq: number;
  event: RunEvent;
}
