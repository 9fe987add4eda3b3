/**
 * What is streamed, on the built-in provider: one long answer as fast as it comes, and many answers at
 * once to threads that had no run before. Each is held against what it must say.
 */
import { performance } from "node:perf_hooks";

import { DEMO } from "../scripts/local/demo-project.ts";
import type { Side } from "./measure.ts";
import { processorMs } from "./process.ts";
import { startStream } from "./start-stream.ts";

const RELAYED_TOKENS = 2000;
const RELAYS = 4;
/** As people read: a word every 20 ms, for a second. */
const SPOKEN_TOKENS = 50;
const TOKEN_MS = 20;

export interface Figures {
  name: string;
  firstTokenMs: number;
  /** From the first call to the end of the last. */
  wallMs: number;
  tokensPerSecond: number;
  /** Of the server, for one stream. */
  processorMs: number;
}

/** One stream after the other; medians. */
export async function relay(side: Side): Promise<Figures> {
  const all: Figures[] = [];
  for (let n = 0; n < RELAYS; n += 1) {
    all.push(
      await measure(side, `${RELAYED_TOKENS} tokens at once`, [`relay-${n}`], {
        tokens: RELAYED_TOKENS,
      }),
    );
  }
  all.sort((left, right) => left.wallMs - right.wallMs);
  return all[RELAYS / 2] ?? nothingMeasured();
}

/** So many streams at once, each of a thread that is new to its object. */
export function together(side: Side, count: number): Promise<Figures> {
  const threads = Array.from({ length: count }, (_, n) => `together-${count}-${n}`);
  const script = { tokens: SPOKEN_TOKENS, delay_ms: TOKEN_MS };
  return measure(side, `${count} streams of ${SPOKEN_TOKENS} tokens`, threads, script);
}

interface Script {
  tokens: number;
  delay_ms?: number;
}

async function measure(
  side: Side,
  name: string,
  threads: readonly string[],
  script: Script,
): Promise<Figures> {
  const before = processorMs(side.pid);
  const startedAt = performance.now();
  const firsts = await Promise.all(threads.map((thread) => firstToken(side, thread, script)));
  const wallMs = performance.now() - startedAt;
  firsts.sort((left, right) => left - right);
  return {
    name,
    firstTokenMs: firsts[Math.floor(firsts.length / 2)] ?? Number.NaN,
    wallMs,
    tokensPerSecond: (threads.length * script.tokens * 1000) / wallMs,
    processorMs: (processorMs(side.pid) - before) / threads.length,
  };
}

/** Milliseconds to the first token of a stream that is read to its end; fails where words are missing. */
async function firstToken(side: Side, thread: string, script: Script): Promise<number> {
  const startedAt = performance.now();
  const response = await startStream({ ...DEMO, ...side }, thread, script);
  let text = "";
  let firstMs: number | null = null;
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    if (firstMs === null && text.includes('"type":"tokens"')) {
      firstMs = performance.now() - startedAt;
    }
  }
  const words = wordsIn(text);
  if (firstMs === null || words !== script.tokens) {
    throw new Error(`${thread}: ${response.status}, ${words} of ${script.tokens} words`);
  }
  return firstMs;
}

/** Of the answer as its pieces told it. */
function wordsIn(stream: string): number {
  const pieces = [...stream.matchAll(/"tokens":\{"text":("(?:[^"\\]|\\.)*")/g)];
  const text = pieces.map(([, piece = '""']) => String(JSON.parse(piece))).join("");
  return text.trim().split(/\s+/).length;
}

function nothingMeasured(): never {
  throw new Error("nothing was measured");
}
