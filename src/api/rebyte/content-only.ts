/** `contentOnly`: replies with the text of the answer and nothing around it. */
import type { CoreContext } from "../../core/context";
import { listenToRun } from "../../core/runs";
import type { StartedRun } from "../../core/start-run";
import type { DisclosedEvent } from "../../domain/access/disclosure";
import type { Failure } from "../../domain/failure";
import { isJsonObject } from "../../domain/json";
import { type Run, type RunError, isFinal } from "../../domain/run";
import type { RunEvent } from "../../domain/run-event";
import { RETRY } from "../../limits";
import type { Batch } from "../../runs/client/resume-stream";
import { fail } from "../shared/reply/fail";

export const CONTENT_HEADERS = {
  "Content-Type": "text/plain; charset=utf-8",
  "Content-Encoding": "identity",
  "Cache-Control": "no-cache, no-transform",
  "X-Content-Type-Options": "nosniff",
};

const encoder = new TextEncoder();

/** Replies with the answer of the run's first row; fails as the run has failed. */
export function replyContent(run: Run): Response {
  const [cell] = run.results?.[0] ?? [];
  return cell === undefined
    ? fail(failureOf(run))
    : new Response(wordsOf(cell.value), { headers: CONTENT_HEADERS });
}

/**
 * The answer in pieces of UTF-8, as the run produces it. A run that fails before its first word is an error
 * reply; one that fails later breaks the reply off, so that nobody takes the half for the whole.
 */
export async function streamContentOf(
  core: CoreContext,
  started: StartedRun,
  signal: AbortSignal,
): Promise<AsyncGenerator<Uint8Array>> {
  const { events } = await listenToRun(core, started, { after: 0, weights: {} }, signal);
  const pieces = contentOf(events, started.run.id, started.answers);
  return encoded(await pieces.next(), pieces);
}

async function* encoded(
  first: IteratorResult<string>,
  rest: AsyncGenerator<string>,
): AsyncGenerator<Uint8Array> {
  if (first.done !== true) {
    yield encoder.encode(first.value);
  }
  for await (const piece of rest) {
    yield encoder.encode(piece);
  }
}

async function* contentOf(
  batches: AsyncIterable<Batch<DisclosedEvent>>,
  runId: string,
  answers: ReadonlySet<string>,
): AsyncGenerator<string> {
  const sent = new SentText();
  let lastValue: unknown = "";
  for await (const event of eachOf(batches)) {
    if (event?.type === "action-end") {
      lastValue = event.cells[0]?.at(-1)?.value;
    } else if (event?.type === "run-end") {
      yield* event.status === "succeeded"
        ? sent.complete(wordsOf(lastValue))
        : fail(failureOf({ id: runId, ...event }));
    } else if (event !== null && isAnswer(answers, event)) {
      yield* sent.hear(event);
    }
  }
}

async function* eachOf<T>(batches: AsyncIterable<T[]>): AsyncGenerator<T> {
  for await (const batch of batches) {
    yield* batch;
  }
}

type AnswerEvent = Extract<RunEvent, { type: "text-delta" | "action-reset" }>;

function isAnswer(answers: ReadonlySet<string>, event: DisclosedEvent): event is AnswerEvent {
  return (
    (event.type === "text-delta" || event.type === "action-reset") &&
    answers.has(event.place.name) &&
    event.place.row === 0
  );
}

/** The text that was sent and cannot be taken back. */
class SentText {
  #sent = "";
  /** The text that came since the last withdrawal. */
  #again = "";

  /** Yields what is new. Fails where text that comes again after a withdrawal differs from what was sent. */
  *hear(event: AnswerEvent): Generator<string> {
    this.#again = event.type === "text-delta" ? this.#again + event.text : "";
    if (this.#again.startsWith(this.#sent)) {
      yield* this.#send(this.#again);
    } else if (!this.#sent.startsWith(this.#again)) {
      fail({
        kind: "unavailable",
        message: "The run was cut off and tells its answer anew, in other words.",
        retryAfterSeconds: RETRY.afterSeconds,
      });
    }
  }

  *complete(whole: string): Generator<string> {
    if (whole.startsWith(this.#sent)) {
      yield* this.#send(whole);
    }
  }

  *#send(whole: string): Generator<string> {
    const rest = whole.slice(this.#sent.length);
    this.#sent = whole;
    if (rest !== "") {
      yield rest;
    }
  }
}

/** A value as text: a message's or a completion's own, anything else as JSON. */
function wordsOf(value: unknown): string {
  if (typeof value === "string") {
    return value;
  }
  const content = isJsonObject(value) ? value["content"] : undefined;
  const completion = isJsonObject(value) ? value["completion"] : undefined;
  const text = isJsonObject(completion) ? completion["text"] : content;
  return typeof text === "string" ? text : JSON.stringify(value);
}

function failureOf({ id, status, error }: Pick<Run, "id" | "status" | "error">): Failure {
  if (!isFinal(status)) {
    const message =
      status === "requires_action"
        ? "The run waits for outputs of function calls; read it to see them."
        : `The run ${id} takes longer than the caller waits, and goes on: read it, or follow its stream.`;
    return { kind: "run_state", runId: id, status, message };
  }
  const { code, message }: RunError = error ?? {
    code: "no_answer",
    message: "There is no answer.",
  };
  return { kind: "run_failed", runId: id, code, message };
}
