/**
 * What the engine needs of the world while it runs a tool. The coordinator satisfies these; a test
 * may with a Map. Nothing here names D1, R2, Hono or a Durable Object.
 */
import type { KnowledgeHit, KnowledgeQuery } from "../domain/knowledge";
import type { Citation, IncompleteReason, Message, Role } from "../domain/message";
import type { Metadata } from "../domain/metadata";
import type { Cell, PendingCall } from "../domain/run";
import type { RunEvent } from "../domain/run-event";
import type { ToolVersion, VersionSelector } from "../domain/tool";
import type { ModelPrices } from "../domain/usage/model-price";

/** All that the engine needs of the world. */
export interface RunPorts {
  steps: StepLog;
  /**
   * Journals the event, numbers it, tells the readers; in that order and before it returns.
   * An event with a `dedupeKey` that an earlier attempt of this run has told is not told again.
   */
  emit(event: RunEvent, dedupeKey?: string): void;
  threads: ThreadReader;
  files: FileReader;
  tools: ToolReader;
  knowledge: KnowledgeSearch;
  models: ModelSettings;
  tokens: TokenQuota;
  cache: ActionCache;
  /** The plain `fetch`; the engine guards it itself, and calls it within `connections.hold` alone. */
  fetch: typeof fetch;
  connections: Connections;
  outbound: OutboundSettings;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after the delay, or rejects when the signal aborts. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
  /**
   * Outputs that the client has submitted for these calls, by call id; calls without one are missing
   * from the map. The engine suspends the run while any is missing.
   */
  submittedOutputs(calls: readonly PendingCall[]): Map<string, string>;
  /**
   * Saves a reply to its row's thread, at once and durably; a repeated call saves nothing. Throws
   * ActionFailure `message_not_saved` where the store is not to be had.
   */
  saveReply(reply: SavedReply): Promise<void>;
  /** Hears of an exception that was nobody's to make, for the operator's log; the run says nothing of it. */
  reportBug?(error: unknown, stepKey: string): void;
}

/** A reply that is a message of its own. */
export interface SavedReply {
  messageId: string;
  row: number;
  content: string;
  /** The content is the model's refusal to answer. */
  refusal?: true | undefined;
  citations: Citation[] | null;
  incompleteReason: IncompleteReason | null;
  startedAtMs: number;
  endedAtMs: number;
}

/** What of it reaches the world; the rest is the run's own. */
export type EngineDeps = Omit<
  RunPorts,
  "steps" | "emit" | "submittedOutputs" | "saveReply" | "now" | "sleep" | "reportBug"
>;

/** The connections that an object may have to the outside, shared by all that its runs do. */
export interface Connections {
  /**
   * Makes the call once a connection is free, in the order of asking. When the call settles, its
   * connection is over. Rejects with the signal's reason as soon as that aborts.
   */
  hold<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T>;
}

/**
 * The memory of a run across crashes. A step is one piece of work whose outcome must not be made
 * twice: an action at one place, or one model reply inside a chat action. Keys are paths that the
 * engine forms alike in each attempt of the run.
 */
export interface StepLog {
  /** The outcome, where an earlier attempt finished the step. */
  get(key: string): Cell | undefined;
  /** Notes durably that work on the step begins; returns how often it has begun, this time included. */
  start(key: string): number;
  /** Keeps the outcome durably. */
  complete(key: string, cell: Cell): void;
}

export interface ThreadView {
  id: string;
  metadata: Metadata | null;
  /** Names of knowledge that runs on it may search besides; absent: none. */
  knowledge?: readonly string[];
}

/** The thread of a run, as it was when the run began. */
export interface ThreadReader {
  read(threadId: string): Promise<ThreadView | null>;
  /** The newest `limit` messages of these roles, oldest first. */
  messages(
    threadId: string,
    options: { limit: number; roles?: readonly Role[] | undefined },
  ): Promise<Message[]>;
}

export interface FileView {
  id: string;
  name: string;
  mimeType: string;
  /** Bytes. */
  size: number;
}

/** In bytes. */
interface ByteRange {
  offset: number;
  length: number;
}

/** The files that a run may read, and what was made of them. */
export interface FileReader {
  describe(fileIds: readonly string[]): Promise<Map<string, FileView>>;
  /** Bytes `offset` to `offset + length`, fewer at the end of the file. */
  readRange(fileId: string, offset: number, length: number): Promise<Uint8Array>;
  stream(fileId: string): Promise<ReadableStream<Uint8Array>>;
  /** What `keepDerived` kept for this file under this name, or a range of it; null where there is nothing. */
  readDerived(fileId: string, name: string, range?: ByteRange): Promise<Uint8Array | null>;
  /** Keeps what was made of the file, such as its text: gone when the file goes. Fails where it has gone. */
  keepDerived(fileId: string, name: string, content: Uint8Array): Promise<void>;
}

/** The project's other tools. */
export interface ToolReader {
  /** Null where the project has no such tool or version. */
  load(
    toolId: string,
    version: VersionSelector,
  ): Promise<{ name: string; version: ToolVersion } | null>;
}

/** The name that is no knowledge of the project, or why it cannot be searched so. */
export type UnfitSearch = { unknown: string } | { unfit: string };

/** Search in the project's knowledge. */
export interface KnowledgeSearch {
  /** Best first. */
  search(query: KnowledgeQuery, signal: AbortSignal): Promise<KnowledgeHit[] | UnfitSearch>;
  /** Waits a while for documents of theirs that are still to be indexed. */
  settle?(knowledge: readonly string[], signal: AbortSignal): Promise<void>;
}

export interface TokenHold {
  /** What the run holds against its project's quota, its use until now included. */
  held: number;
  /** What the quota leaves to everybody besides. */
  left: number;
}

/** The project's quota of tokens, as this run meets it. */
export interface TokenQuota {
  /** Raises what the run holds to so many tokens, or as far as the quota goes; null where there is none. */
  hold(atLeast: number): Promise<TokenHold | null>;
}

/** Credentials and addresses of the providers; an absent one is a clear error of the action. */
export interface ModelSettings {
  openai: { apiKey: string | null; baseUrl: string | null };
  anthropic: { apiKey: string | null };
  /** The `AI` binding, handed through untouched. */
  workersAi: unknown;
  /** What models cost. */
  prices: ModelPrices;
}

/** Outcomes kept across runs by `use_cache`; keyed by project on the other side. */
interface ActionCache {
  read(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
}

interface OutboundSettings {
  /** Host names that are this Worker's own. */
  ownHosts: readonly string[];
  /** Development only: lets `curl`, `browser` and webhooks reach 127.0.0.1. */
  allowLoopback: boolean;
}
