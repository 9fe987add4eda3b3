/** What the runs of a thread are telling, put together out of the events of its stream. Pure. */
import type { Reply } from "../api/call.ts";
import { asText, isObject } from "../api/json.ts";

export type Message = Reply<"GET /api/sdk/threads/{thread_id}/messages">["list"][number];

/** A run at work, as far as it has told. */
export interface LiveRun {
  runId: string;
  status: string;
  /** What actions have told, in the order in which they began. */
  texts: { place: string; text: string }[];
  /** The action at work, where one has said so. */
  action: string | null;
  error: string | null;
}

export interface Live {
  messages: readonly Message[];
  runs: readonly LiveRun[];
}

export const NOTHING: Live = { messages: [], runs: [] };

/** @param event One of the thread's stream, as `data` has it. */
export function advance(live: Live, event: unknown): Live {
  const content = isObject(event) && isObject(event["content"]) ? event["content"] : {};
  if (!isObject(event)) {
    return live;
  }
  if (event["type"] === "message") {
    return isMessage(content) ? addMessage(live, content) : live;
  }
  const runId = event["run_id"];
  return typeof runId === "string"
    ? { ...live, runs: toldBy(live.runs, runId, asText(event["type"]), content) }
    : live;
}

function isMessage(content: object): content is Message {
  return "id" in content && "role" in content && "content" in content;
}

/** The message takes the place of what its run has told so far. */
function addMessage({ messages, runs }: Live, message: Message): Live {
  return {
    messages: [...messages.filter(({ id }) => id !== message.id), message],
    runs: runs.map((run) => (run.runId === message.run_id ? { ...run, texts: [] } : run)),
  };
}

function toldBy(
  runs: readonly LiveRun[],
  runId: string,
  type: string,
  content: Record<string, unknown>,
): LiveRun[] {
  const found = runs.find((run) => run.runId === runId);
  const run = found ?? { runId, status: "running", texts: [], action: null, error: null };
  if (type === "final") {
    return runs.filter((other) => other.runId !== runId || other.error !== null);
  }
  const next = step(run, type, content);
  return found === undefined
    ? [...runs, next]
    : runs.map((other) => (other.runId === runId ? next : other));
}

function step(run: LiveRun, type: string, content: Record<string, unknown>): LiveRun {
  switch (type) {
    case "run_status": {
      const error = isObject(content["error"]) ? asText(content["error"]["message"]) : null;
      return { ...run, status: asText(content["status"]), error };
    }
    case "block_status":
      return { ...run, action: content["status"] === "running" ? asText(content["name"]) : null };
    case "tokens":
      return { ...run, texts: addText(run.texts, placeOf(content), textOf(content)) };
    case "reset":
      return { ...run, texts: run.texts.filter(({ place }) => place !== placeOf(content)) };
    default:
      return run;
  }
}

function addText(texts: LiveRun["texts"], place: string, text: string): LiveRun["texts"] {
  return texts.some((other) => other.place === place)
    ? texts.map((other) => (other.place === place ? { place, text: other.text + text } : other))
    : [...texts, { place, text }];
}

function placeOf(content: Record<string, unknown>): string {
  return JSON.stringify([content["block_name"], content["input_index"], content["map"]]);
}

function textOf({ tokens }: Record<string, unknown>): string {
  return isObject(tokens) ? asText(tokens["text"]) : "";
}
