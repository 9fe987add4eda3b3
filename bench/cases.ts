/** What is timed. The floor answers at Bobbin's own paths, so one call serves both sides. */
import { DEMO } from "../scripts/local/demo-project.ts";
import type { Call } from "./measure.ts";
import { LONG, THREADS } from "./seed.ts";

interface Case {
  name: string;
  /** How much of the floor's time is fair; a dash where the floor leaves out the work itself. */
  aim: string;
  perRound: number;
  call: (n: number) => Call;
}

const SDK = "/api/sdk";

export const CASES: readonly Case[] = [
  {
    name: "create a thread",
    aim: "1.3",
    perRound: 100,
    call: () => ({
      method: "POST",
      path: `${SDK}/threads`,
      body: { metadata: { customer: "c-1029" } },
    }),
  },
  {
    name: "insert a message",
    aim: "1.3",
    perRound: 100,
    call: (n) => ({
      method: "POST",
      path: `${SDK}/threads/thread-${n + 1}/messages`,
      body: { role: "user", content: "How does AI work? Explain it in simple terms." },
    }),
  },
  {
    name: "get a message",
    aim: "1.3",
    perRound: 100,
    call: (n) => ({
      method: "GET",
      path: `${SDK}/threads/${LONG.id}/messages/${LONG.id}-${n + 1}`,
    }),
  },
  {
    name: `list 20 messages of ${LONG.messages}`,
    aim: "1.3",
    perRound: 100,
    call: () => listMessages(LONG.id),
  },
  {
    name: `list 20 threads of ${THREADS}`,
    aim: "1.3",
    perRound: 100,
    call: () => ({ method: "GET", path: `${SDK}/threads` }),
  },
  {
    name: "run of one token, waited for",
    aim: "-",
    perRound: 30,
    call: (n) => oneTokenRun(n, {}),
  },
  {
    name: "run of one token, first token of its stream",
    aim: "-",
    perRound: 30,
    call: (n) => ({ ...oneTokenRun(n, { stream: true }), until: '"type":"tokens"' }),
  },
];

function oneTokenRun(n: number, options: { stream?: boolean }): Call {
  return {
    method: "POST",
    path: `${SDK}/p/${DEMO.projectId}/a/${DEMO.toolId}/r`,
    body: {
      thread_id: `thread-${n + 1}`,
      inputs: [{ messages: [{ role: "user", content: "Hello" }] }],
      config: { MODEL_CALL: { max_tokens: 1 } },
      ...options,
    },
  };
}

export function listMessages(thread: string): Call {
  return { method: "GET", path: `${SDK}/threads/${thread}/messages` };
}
