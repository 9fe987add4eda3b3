/** What is timed. The floor answers at Bobbin's own paths, so one call serves both sides. */
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
];

export function listMessages(thread: string): Call {
  return { method: "GET", path: `${SDK}/threads/${thread}/messages` };
}
