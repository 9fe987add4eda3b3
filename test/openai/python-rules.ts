/**
 * How the SDK for Python reads a stream, by the published contract: its decoder remembers the last id, and
 * hands on an event at every empty line from then on; its snapshots are sums of deltas. Where it would
 * raise, this throws.
 */
import * as z from "zod";

const Json = z.record(z.string(), z.unknown());
type Json = z.output<typeof Json>;

export interface PythonEvent {
  event: string;
  data: Json;
}

/** `SSEDecoder`: what it holds when a line is empty is an event, be it but an id of long ago. */
class Decoder {
  #event = "";
  #data: string[] = [];
  #lastId = "";

  /** @returns The event that the line ends; null where it ends none. */
  take(line: string): { event: string; data: string } | null {
    if (line === "") {
      return this.#end();
    }
    const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "event") {
      this.#event = value;
    } else if (field === "data") {
      this.#data.push(value);
    } else if (field === "id") {
      this.#lastId = value;
    }
    return null;
  }

  #end() {
    if (this.#event === "" && this.#data.length === 0 && this.#lastId === "") {
      return null;
    }
    const ended = { event: this.#event, data: this.#data.join("\n") };
    this.#event = "";
    this.#data = [];
    return ended;
  }
}

/** `Stream.__stream__`: an event without data is no JSON, which is a JSONDecodeError. */
export function readAsPython(text: string): PythonEvent[] {
  const decoder = new Decoder();
  const events: PythonEvent[] = [];
  for (const line of text.split("\n")) {
    const ended = decoder.take(line);
    if (ended?.data.startsWith("[DONE]")) {
      return events;
    }
    if (ended !== null) {
      events.push({ event: ended.event, data: Json.parse(JSON.parse(ended.data)) });
    }
  }
  throw new Error("The stream ended without [DONE].");
}

/** `accumulate_delta`. */
function accumulate(sum: Json, delta: Json): Json {
  const next: Json = { ...sum };
  for (const [key, more] of Object.entries(delta)) {
    const before = next[key];
    const isNew = before === undefined || before === null || key === "index" || key === "type";
    next[key] = isNew ? more : added(before, more);
  }
  return next;
}

function added(before: unknown, more: unknown): unknown {
  if (typeof before === "string" && typeof more === "string") {
    return before + more;
  }
  if (typeof before === "number" && typeof more === "number") {
    return before + more;
  }
  return Array.isArray(before) && Array.isArray(more)
    ? accumulateList(before, more)
    : accumulate(Json.parse(before), Json.parse(more));
}

function accumulateList(sum: readonly unknown[], delta: readonly unknown[]): unknown[] {
  const next = [...sum];
  for (const one of delta) {
    const entry = Json.parse(one);
    const index = z.int().parse(entry["index"]);
    const before = next[index];
    next[index] = before === undefined ? entry : accumulate(Json.parse(before), entry);
  }
  return next;
}

/** `AssistantEventHandler`: what its snapshots hold when each message and step has ended, beside what the end says. */
export function snapshotsOf(
  events: readonly PythonEvent[],
): { event: string; snapshot: Json; end: Json }[] {
  const open = new Map<string, Json>();
  return events.flatMap(({ event, data }) => {
    const [, what, kind, stepKind] = event.split(".");
    const isStep = kind === "step";
    const state = isStep ? stepKind : kind;
    const key = isStep ? "step" : (what ?? "");
    if (!isStep && what !== "message") {
      return [];
    }
    if (state === "created") {
      open.set(key, data);
      return [];
    }
    const snapshot = open.get(key);
    if (snapshot === undefined) {
      throw new Error(`${event} of what was never created`);
    }
    if (state === "delta") {
      open.set(key, accumulate(snapshot, Json.parse(data["delta"])));
      return [];
    }
    return state === "in_progress" ? [] : [{ event, snapshot, end: data }];
  });
}
