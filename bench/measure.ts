/** Times requests one after another on one kept-alive connection, side by side. */
import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";

import { answered } from "./answered.ts";
import { processorMs } from "./process.ts";

export interface Call {
  method: "GET" | "POST";
  path: string;
  body?: object;
  /** Stop the clock at the first byte sequence that holds this, instead of the reply's end. */
  until?: string;
}

export interface Side {
  name: string;
  url: string;
  key: string;
  /** Of its workerd. */
  pid: number;
}

/** What is timed: the calls `call(0)`, `call(1)` … at one server. */
export interface Subject {
  side: Side;
  call: (n: number) => Call;
}

/** Milliseconds of one request: as the client waits, in the median, and as the server computes, on average. */
export interface Cost {
  wait: number;
  work: number;
}

/** Sides take turns so that whatever else the machine does meets both. */
const ROUNDS = 4;
const WARM_UP = 20;

/** What two subjects cost that take turns: A B A B … */
export async function compare(a: Subject, b: Subject, perRound: number): Promise<[Cost, Cost]> {
  const ofA: Round[] = [];
  const ofB: Round[] = [];
  await repeat(a, WARM_UP);
  await repeat(b, WARM_UP);
  for (let round = 0; round < ROUNDS; round += 1) {
    ofA.push(await repeat(a, perRound));
    ofB.push(await repeat(b, perRound));
  }
  return [costOf(ofA), costOf(ofB)];
}

interface Round {
  times: number[];
  processorMs: number;
}

function costOf(rounds: readonly Round[]): Cost {
  const times = rounds.flatMap((round) => round.times);
  const work = rounds.reduce((sum, round) => sum + round.processorMs, 0) / times.length;
  return { wait: times.toSorted((x, y) => x - y)[Math.floor(times.length / 2)] ?? NaN, work };
}

async function repeat({ side, call }: Subject, count: number): Promise<Round> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  const before = processorMs(side.pid);
  for (let n = 0; n < count; n += 1) {
    times.push(await time(side, agent, call(n)));
  }
  agent.destroy();
  return { times, processorMs: processorMs(side.pid) - before };
}

async function time(side: Side, agent: Agent, call: Call): Promise<number> {
  const body = call.body === undefined ? "" : JSON.stringify(call.body);
  const startedAt = performance.now();
  const sent = request(new URL(call.path, side.url).href, {
    agent,
    method: call.method,
    headers: {
      Authorization: `Bearer ${side.key}`,
      ...(body === "" ? {} : { "Content-Type": "application/json" }),
      "Content-Length": Buffer.byteLength(body),
    },
  });
  sent.end(body);
  const response = await answered(sent);
  let text = "";
  let stoppedAt: number | null = null;
  for await (const chunk of response.setEncoding("utf8")) {
    text += String(chunk);
    if (stoppedAt === null && call.until !== undefined && text.includes(call.until)) {
      stoppedAt = performance.now();
    }
  }
  stoppedAt ??= performance.now();
  if (response.statusCode !== 200 || (call.until !== undefined && !text.includes(call.until))) {
    throw new Error(`${side.name}: ${call.method} ${call.path}: ${response.statusCode} ${text}`);
  }
  return stoppedAt - startedAt;
}
