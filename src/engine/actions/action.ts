/**
 * What an action type is, and what an action is handed while it executes. One file beside this one
 * a type; `index.ts` registers them all. An action throws `ActionFailure` for what can go wrong and
 * knows nothing of steps told before, of other rows or of what comes after it.
 */
import type * as z from "zod";

import type { ResultMeta } from "../../domain/action-failure";
import type { Cell, CellMeta, PendingCall, RunError, Usage } from "../../domain/run";
import type { ActionPlace, RunEvent } from "../../domain/run-event";
import type { ActionType, RunConfig, VersionSelector } from "../../domain/tool";
import type { TokenAllowance } from "../chat/token-allowance";
import type { RunPorts, SavedReply } from "../ports";

export interface ActionKind<
  Type extends ActionType = ActionType,
  Spec extends z.ZodObject = z.ZodObject,
  Config extends z.ZodObject = z.ZodObject,
> {
  readonly type: Type;
  /** One sentence for the API's documents. */
  readonly summary: string;
  /**
   * The spec as `execute` gets it, templates resolved: a strict object, each field described. At
   * deploy it is applied to what stands in the definition, and places that hold a template or a
   * `{"$js"}` are taken on trust until the run.
   */
  readonly spec: Spec;
  /**
   * The whole config: a strict object, each field described, optional or with a default, so that
   * `{}` parses. The definition's config is laid over the defaults, the run's over both.
   */
  readonly config: Config;
  /** Fields of the spec whose text is taken as it stands, e.g. source code, and is no template. */
  readonly verbatim?: readonly (keyof z.output<Spec> & string)[];
  /**
   * How much is noted of it for a run that goes on after a death. `nothing`: without a spec it is made
   * anew, at no cost, and comes out the same. `outcome`: it reads and tells nothing before its end, so
   * that nobody asks how often it began. By default both.
   */
  readonly notes?: "nothing" | "outcome";
  /** Tells its text as it comes where the run or its `use_stream` asks for it. */
  readonly streams?: true;
  /**
   * What decides the output, for `use_cache`; by default the spec and the config. Null: this
   * execution is not cached.
   */
  cacheRequest?(context: ActionContext<z.output<Spec>, z.output<Config>>): Promise<unknown>;
  execute(context: ActionContext<z.output<Spec>, z.output<Config>>): Promise<ActionResult>;
}

export interface ActionResult {
  /** JSON, at most `RUN.actionOutputMaxBytes`. */
  value: unknown;
  meta?: ResultMeta & Pick<CellMeta, "cached">;
  /** A failure that was made an output: `use_cache` does not keep it. */
  isFailure?: boolean;
}

/** The ports that an action uses itself; events and steps go through its context. */
type ActionPorts = Omit<
  RunPorts,
  "steps" | "emit" | "submittedOutputs" | "saveReply" | "reportBug" | "tokens"
>;

type OfPlace = Exclude<Extract<RunEvent, { place: ActionPlace }>, { type: "action-reset" }>;

/** What an action says of itself: where and when is added. */
export type ActionEvent = OfPlace extends infer Event
  ? Event extends OfPlace
    ? Omit<Event, "place" | "atMs">
    : never
  : never;

/** One execution of one action: one row, one iteration, one pass. */
export interface ActionContext<Spec = Record<string, unknown>, Config = Record<string, unknown>> {
  readonly spec: Spec;
  readonly config: Config;
  readonly place: ActionPlace;
  readonly runId: string;
  readonly projectId: string;
  /** The row as the run was given it. */
  readonly input: Readonly<Record<string, unknown>>;
  /** What the action that ran last on this row made. */
  readonly lastOutput: unknown;
  /** How often the action itself has come before on this row: the pass that a `loop` asks about. */
  readonly pass: number;
  /** The row's thread, null where the run has none. */
  readonly threadId: string | null;
  /** `<run>/<action>/<iteration>`: alike in each attempt of the run, for calls with outside effects. */
  readonly idempotencyKey: string;
  /** Whether the pieces of a reply are heard: what is asked of a provider may depend on it. */
  readonly streams: boolean;
  /** 1, and one more after each attempt at this action that was cut off. */
  readonly attempt: number;
  readonly ports: ActionPorts;
  /** The run that was asked for, where `runId` may be one of a tool inside it. */
  readonly owner: { projectId: string; toolId: string; runId: string };
  /** What replies of models may still cost. */
  readonly tokens: TokenAllowance;
  /** Aborted when the run is stopped; whatever the action does then is dropped. */
  readonly signal: AbortSignal;

  /** What `code` and `{"$js"}` are called with. */
  env: () => Promise<CodeEnv>;

  /** Once for each `dedupeKey`, however many attempts the run takes. Pieces only where `streams`. */
  emit: (event: ActionEvent, dedupeKey?: string) => void;

  /**
   * Work inside this action that a crash must not repeat, e.g. one reply of a model. Its value (JSON)
   * or its ActionFailure is kept; a later attempt gets it back without the work being done. `key` is
   * unique in the action. `retell` is called with a value got back whose telling was withdrawn
   * meanwhile: it emits again what `work` had emitted.
   */
  step: <T>(key: string, work: () => Promise<T>, replay?: (value: T) => void) => Promise<T>;

  /** Replies as messages of the row's thread; null where there is none, or a tool inside a tool speaks. */
  replies: ReplyMessages | null;

  /**
   * The outputs that the client has submitted for these calls, by call id. While one is missing it
   * throws, and the run waits: let that pass. What led to the calls must stand in steps.
   */
  clientOutputs: (calls: readonly ClientCall[]) => Map<string, string>;

  /**
   * Runs another tool of the project to its end. Throws ActionFailure `tool_not_found`,
   * `tool_nesting_too_deep` or `invalid_config`; a run that failed is a value.
   */
  runTool: (call: ToolCall) => Promise<ToolRun>;
}

export interface ReplyMessages {
  /** Of the action's `n`-th reply in this attempt: the same as often as it is asked. */
  idOf(n: number): Promise<string>;
  save(reply: Omit<SavedReply, "row">): Promise<void>;
}

export type ClientCall = Pick<PendingCall, "callId" | "name" | "arguments">;

export interface ToolCall {
  /** Unique in the action, alike in each attempt of the run. */
  key: string;
  toolId: string;
  version: VersionSelector;
  /** One element a row. */
  inputs: readonly Record<string, unknown>[];
  config: RunConfig;
}

export interface ToolRun {
  runId: string;
  toolName: string;
  status: "succeeded" | "failed";
  error: RunError | null;
  /** `[row][iteration]`; null unless succeeded. */
  results: Cell[][] | null;
  usage: Usage;
}

/** `env` of a project's own JavaScript; JSON, and a copy of its own. */
export interface CodeEnv {
  /** Outputs by action name. */
  state: Record<string, unknown>;
  input: { value: Record<string, unknown>; index: number };
  /** The innermost `map` or `loop` around the code, and its iteration or pass, from 0. */
  map: { name: string; iteration: number } | null;
  /** The whole config of the run, action by action. */
  config: { blocks: RunConfig };
  thread: { id: string; metadata: Record<string, string> } | null;
}

/** Names the type parameters of a kind by inference. */
export function defineAction<
  const Type extends ActionType,
  Spec extends z.ZodObject,
  Config extends z.ZodObject,
>(kind: ActionKind<Type, Spec, Config>): ActionKind<Type, Spec, Config> {
  return kind;
}
