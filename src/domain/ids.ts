/**
 * Ids as the published samples show them: threads and messages 21 characters of the nanoid alphabet,
 * projects and tools 20 lowercase hex digits, runs 64, files a UUID v4. All are random, but
 * for files of a chat's messages (`fileIdOf`); none tells anything of its order, project or time.
 */
import { nanoid } from "nanoid";

const PROJECT_OR_TOOL_BYTES = 10;
const RUN_BYTES = 32;

/** The longest thread id: run calls may name a thread by any string of their own. */
export const THREAD_ID_MAX_CHARS = 128;

/** 20 hex digits: ids of projects, tools and signing secrets. */
export const HEX_20 = /^[0-9a-f]{20}$/;
/** 64 hex digits: ids of runs. */
export const HEX_64 = /^[0-9a-f]{64}$/;
export const HEX_64_RULE = "must be 64 hex digits";
/** What an id of a tool must be, for those who mistype it. */
export const TOOL_ID_RULE = "must be the id of a tool: 20 hex digits";

/** A random id of a thread. */
export function newThreadId(): string {
  return nanoid();
}

/** A random id of a message. */
export function newMessageId(): string {
  return nanoid();
}

/** Characters of an id as nanoid makes them. */
const NANOID_CHARS = 21;

/**
 * Of the message that a run's row leaves: known from the run's id alone, before there is a message.
 * A run's id has the bits of two; each row takes them from another place.
 */
export function answerIdOf(runId: string, row = 0): string {
  if (!HEX_64.test(runId)) {
    return newMessageId();
  }
  const start = (row * ROW_HEX_DIGITS) % runId.length;
  return toNanoid(fromHex(runId.slice(start) + runId.slice(0, start)));
}

/** A run has at most sixteen rows: four digits a row keep their answers apart. */
const ROW_HEX_DIGITS = 4;

/** The first 126 bits, in the alphabet of nanoid, which is base64url. */
export function toNanoid(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .slice(0, NANOID_CHARS);
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Of documents that one call puts. */
export function newBatchId(): string {
  return newMessageId();
}

/** A random id of an actor. */
export function newActorId(): string {
  return nanoid();
}

/** Of a function call of a model: within what every provider takes back (40 of `[a-zA-Z0-9_-]`). */
export function newCallId(): string {
  return `call_${nanoid()}`;
}

/** A random id of a project. */
export function newProjectId(): string {
  return randomHex(PROJECT_OR_TOOL_BYTES);
}

/** A random id of a tool. */
export function newToolId(): string {
  return randomHex(PROJECT_OR_TOOL_BYTES);
}

/** A random id of a run. */
export function newRunId(): string {
  return randomHex(RUN_BYTES);
}

/** A random id of a key, which is not its secret. */
export function newKeyId(): string {
  return randomHex(PROJECT_OR_TOOL_BYTES);
}

/** A random id of a webhook. */
export function newWebhookId(): string {
  return randomHex(PROJECT_OR_TOOL_BYTES);
}

/** A random id of a file. */
export function newFileId(): string {
  return crypto.randomUUID();
}

/** A file's id that is made of what it is: a UUID of version 8 of the first 16 bytes. */
export function fileIdOf(bytes: Uint8Array): string {
  const hex = toHex(bytes.subarray(0, UUID_BYTES));
  const variant = (Number.parseInt(hex.charAt(16), 16) & 0b11) | 0b1000;
  const digits = `${hex.slice(0, 12)}8${hex.slice(13, 16)}${variant.toString(16)}${hex.slice(17)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const UUID_BYTES = 16;

/** `length` random bytes as lowercase hex. */
export function randomHex(length: number): string {
  return toHex(crypto.getRandomValues(new Uint8Array(length)));
}

const HEX_DIGITS = "0123456789abcdef";

/** Lowercase. */
export function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) {
    hex += HEX_DIGITS.charAt(byte >> 4) + HEX_DIGITS.charAt(byte & 0xf);
  }
  return hex;
}
