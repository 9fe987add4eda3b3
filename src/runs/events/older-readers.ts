/** Leaves out events that the Worker of an earlier release does not know: see `CoordinatorRpc`. */
import type { RunEvent } from "../../domain/run-event";
import type { LineSource } from "./subscribers";

/** The vocabulary of events that this release knows; Workers name theirs in calls since the second. */
export const VOCABULARY = 2;

/** Types of events that the first vocabulary lacks, with how many of its events each makes: none. */
export const UNKNOWN_AT_FIRST = {
  "reply-start": 0,
  "reply-end": 0,
  "reasoning-delta": 0,
  "function-call-output": 0,
  "search-start": 0,
  "search-end": 0,
} satisfies Partial<Record<RunEvent["type"], 0>>;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** A source of only those lines that a reader of the vocabulary knows. */
export function understoodLines<Place extends object | number>(
  source: LineSource<Place>,
  vocabulary = 1,
): LineSource<Place> {
  if (vocabulary >= VOCABULARY) {
    return source;
  }
  return {
    async read(place) {
      for (let at = place; ;) {
        const chunk = await source.read(at);
        const bytes = withoutUnknown(chunk.bytes);
        if (bytes.byteLength > 0 || chunk.bytes.byteLength === 0 || chunk.ended) {
          return { ...chunk, bytes };
        }
        at = chunk.next;
      }
    },
  };
}

/** @param bytes Complete lines of NDJSON. */
function withoutUnknown(bytes: Uint8Array): Uint8Array {
  const lines = decoder.decode(bytes).split("\n").filter(isUnderstood);
  return encoder.encode(lines.join("\n"));
}

function isUnderstood(line: string): boolean {
  if (line === "") {
    return true;
  }
  const { event }: { event?: RunEvent } = JSON.parse(line);
  return event === undefined || !(event.type in UNKNOWN_AT_FIRST);
}
