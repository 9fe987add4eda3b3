/**
 * Many streams at once whose every byte is known beforehand: each thread's answer has words of its own,
 * so that a piece that is lost, doubled, out of order or another's is seen.
 */
import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";

import { type StreamingServer, startStream } from "./start-stream.ts";

export interface Crowd {
  streams: number;
  /** Of each answer: a token of the built-in provider is a word. */
  tokens: number;
  delayMs: number;
  /** A stream that has not ended by then is a fault. */
  withinMs?: number;
}

export interface CrowdReport {
  /** A line for each stream that is not as it must be. */
  faults: string[];
  firstMs: number[];
  /** From the end that the model's pace would give to the end of the stream. */
  lateMs: number[];
  /** Answers of 503, each with a time to come back. */
  refused: number;
  seconds: number;
}

/** Time for a thousand streams on a machine that has other things to do. */
const WITHIN_MS = 300_000;
/** A server that has no room says when to come back. */
const TRIES = 60;

export async function streamCrowd(server: StreamingServer, crowd: Crowd): Promise<CrowdReport> {
  const report: CrowdReport = { faults: [], firstMs: [], lateMs: [], refused: 0, seconds: 0 };
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: crowd.streams }, async () => {
      const thread = `crowd-${randomUUID()}`;
      try {
        await follow(server, thread, crowd, report);
      } catch (error) {
        report.faults.push(`${thread}: ${causeOf(error)}`);
      }
    }),
  );
  report.seconds = (performance.now() - startedAt) / 1000;
  return report;
}

async function follow(
  server: StreamingServer,
  thread: string,
  { tokens, delayMs, withinMs = WITHIN_MS }: Crowd,
  report: CrowdReport,
): Promise<void> {
  const text = answerOf(thread, tokens);
  const startedAt = performance.now();
  const response = await begin(server, thread, { text, delay_ms: delayMs }, { withinMs, report });
  let told = "";
  let firstMs: number | null = null;
  try {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      told += chunk;
      if (firstMs === null && told.includes('"type":"tokens"')) {
        firstMs = performance.now() - startedAt;
      }
    }
  } catch (error) {
    throw new Error(`${causeOf(error)} after ${told.length} bytes: ${told.slice(-300)}`, {
      cause: error,
    });
  }
  const endMs = performance.now() - startedAt;
  judge(told, text);
  report.firstMs.push(firstMs ?? NaN);
  report.lateMs.push(endMs - tokens * delayMs);
  await judgeKept(server, thread, text);
}

async function begin(
  server: StreamingServer,
  thread: string,
  offline: object,
  { withinMs, report }: { withinMs: number; report: CrowdReport },
): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const response = await startStream(server, thread, offline, AbortSignal.timeout(withinMs));
    if (response.status === 200) {
      return response;
    }
    const said = await response.text();
    const afterSeconds = Number(response.headers.get("Retry-After"));
    if (response.status !== 503 || !(afterSeconds > 0) || tries === TRIES) {
      throw new Error(`${response.status}, to be retried after ${afterSeconds} s: ${said}`);
    }
    report.refused += 1;
    await pause(afterSeconds * 1000);
  }
}

/** The numbers of the events without a gap, the pieces in order and whole, one end. */
function judge(told: string, text: string): void {
  const frames = told.split("\n\n").filter((frame) => frame.startsWith("id: "));
  const ids = frames.map((frame) => Number(/^id: (\d+)$/m.exec(frame)?.[1]));
  const gap = ids.findIndex((id, index) => id !== index + 1);
  if (gap >= 0) {
    throw new Error(`event ${ids[gap]} stands where ${gap + 1} must`);
  }
  const pieces = [...told.matchAll(/"tokens":\{"text":("(?:[^"\\]|\\.)*")/g)];
  const said = pieces.map(([, piece = '""']) => String(JSON.parse(piece))).join("");
  if (said !== text) {
    throw new Error(`the pieces differ from the answer at ${differsAt(said, text)}`);
  }
}

async function judgeKept(server: StreamingServer, thread: string, text: string): Promise<void> {
  const response = await fetch(new URL(`/api/sdk/threads/${thread}/messages`, server.url), {
    headers: { Authorization: `Bearer ${server.key}` },
  });
  const kept = await response.text();
  if (!kept.includes(JSON.stringify(text))) {
    throw new Error(`the thread keeps another answer: ${response.status} ${kept.slice(0, 300)}`);
  }
}

/** Words of this thread alone, one of them in four bytes to a letter. */
function answerOf(thread: string, tokens: number): string {
  const own = thread.slice(-6);
  return Array.from({ length: tokens }, (_, n) => (n === 7 ? "𝄞é" : `${own}${n}`)).join(" ");
}

function differsAt(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) {
    at += 1;
  }
  return `${at} of ${one.length} and ${other.length} characters`;
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
