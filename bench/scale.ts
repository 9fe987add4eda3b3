/**
 * `npm run bench:scale -- THREADS`: what plain calls take where a project has so many threads of ten
 * messages each, beside one of a thousand threads, both served at once and timed in turns. The store is
 * filled by SQL in its file, as the calls would have left it. A million threads take some 9 GB of disk.
 */
import process from "node:process";
import { DatabaseSync } from "node:sqlite";

import { runCommand } from "../scripts/local/command.ts";
import { DEMO } from "../scripts/local/demo-project.ts";
import { type Call, type Cost, compare } from "./measure.ts";
import { workerdPids } from "./process.ts";
import { type Served, withServer } from "./served.ts";

const FEW = 1000;
const MESSAGES = 10;
/** Of a statement that fills. */
const THREADS_AT_ONCE = 10_000;
const PER_ROUND = 40;
const AIM = 1.2;

const [threads = 100_000] = process.argv.slice(2).map(Number);

interface Case {
  name: string;
  call: (n: number, count: number) => Call;
}

const SDK = "/api/sdk";

/** Spread over all threads, the same share of the way in a small store and a large one. */
function threadAt(n: number, count: number): string {
  return `thread-${1 + Math.floor(((n * 7919) % FEW) * (count / FEW))}`;
}

function get(path: string): Call {
  return { method: "GET", path: `${SDK}${path}` };
}

const CASES: Case[] = [
  { name: "a page of threads", call: () => get("/threads?limit=20") },
  {
    name: "a page of threads, half way",
    call: (_, count) => get(`/threads?limit=20&after=thread-${count / 2}`),
  },
  {
    name: "threads by metadata, one in a thousand",
    call: (n) => get(`/threads?limit=20&metadata[user]=u${n % 1000}`),
  },
  {
    name: "threads by metadata, half of all",
    call: () => get("/threads?limit=20&metadata[state]=open"),
  },
  {
    name: "threads changed of late",
    call: (_, count) => get(`/threads?limit=20&updated_at[gte]=${(count - 20) * 1000}`),
  },
  { name: "search, a word of all", call: () => get("/threads?limit=20&q=hello") },
  {
    name: "search, a word of one in a thousand",
    call: (n) => get(`/threads?limit=20&q=word${n % 1000}`),
  },
  {
    name: "a page of messages",
    call: (n, count) => get(`/threads/${threadAt(n, count)}/messages`),
  },
  { name: "create a thread", call: () => ({ ...get("/threads"), method: "POST", body: {} }) },
  {
    name: "append a message",
    call: (n, count) => ({
      method: "POST",
      path: `${SDK}/threads/${threadAt(n, count)}/messages`,
      body: { role: "user", content: "hello there" },
    }),
  },
];

await runCommand(async () => {
  await withStore(FEW, (few) => withStore(threads, (many) => compareAll(few, many)));
  process.exit(process.exitCode ?? 0);
});

interface Store extends Served {
  count: number;
  pid: number;
}

async function withStore(count: number, work: (store: Store) => Promise<void>): Promise<void> {
  const others = workerdPids();
  const fill = (file: string): void => fillFile(file, count);
  await withServer(
    async (served) => {
      const pid = workerdPids().find((candidate) => !others.includes(candidate)) ?? NaN;
      await work({ ...served, count, pid });
    },
    { fill },
  );
}

function fillFile(file: string, count: number): void {
  const startedAt = Date.now();
  const db = new DatabaseSync(file);
  // Nobody else has it open, and a crash means to begin anew.
  db.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144");
  for (let made = 0; made < count; made += THREADS_AT_ONCE) {
    db.exec(`BEGIN; ${filling(made, Math.min(count, made + THREADS_AT_ONCE))}; COMMIT`);
  }
  db.close();
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
  console.log(`${count} threads, ${count * MESSAGES} messages: filled in ${seconds} s`);
}

async function compareAll(few: Store, many: Store): Promise<void> {
  console.log(row("median ms; processor ms", `${few.count}`, `${many.count}`, "ratio", "cpu"));
  for (const { name, call } of CASES) {
    const [a, b] = await compare(subject(many, call), subject(few, call), PER_ROUND);
    print(name, a, b);
  }
}

function subject({ url, pid, count }: Store, call: Case["call"]) {
  return {
    side: { name: `${count}`, url, key: DEMO.key, pid },
    call: (n: number) => call(n, count),
  };
}

function print(name: string, many: Cost, few: Cost): void {
  const ratio = many.wait / few.wait;
  console.log(
    row(name, few.wait.toFixed(2), many.wait.toFixed(2), ratio.toFixed(2), cpu(many, few)) +
      (ratio > AIM ? `  above ${AIM}` : ""),
  );
}

function cpu(many: Cost, few: Cost): string {
  return (many.work / few.work).toFixed(2);
}

function row(name: string, ...cells: string[]): string {
  return name.padEnd(42) + cells.map((cell) => cell.padStart(10)).join("");
}

/** SQL that makes the threads number `from + 1` to `to`, one created each second, and their messages. */
function filling(from: number, to: number): string {
  const numbers = `WITH RECURSIVE numbers (n) AS (
    SELECT ${from + 1} UNION ALL SELECT n + 1 FROM numbers WHERE n < ${to}),
    places (place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM places WHERE place < ${MESSAGES})`;
  const project = `'${DEMO.projectId}'`;
  return `${numbers} INSERT INTO threads (project_id, id, created_at_ms, updated_at_ms, last_n, metadata)
      SELECT ${project}, 'thread-' || n, n * 1000, n * 1000, ${MESSAGES}, json_object('user', 'u' || (n % 1000),
        'state', iif(n % 2, 'open', 'closed')) FROM numbers;
    ${numbers} INSERT INTO messages (project_id, thread_id, n, id, role, content, created_at_ms)
      SELECT ${project}, 'thread-' || n, place, 'message-' || n || '-' || place, iif(place % 2, 'user', 'assistant'),
        'hello word' || (n % 1000) || ' ' || hex(randomblob(60)), n * 1000 + place FROM numbers, places;
    INSERT INTO message_index (rowid, terms, characters)
      SELECT (t.seq << 32) + m.n, replace(' hello word' || (t.created_at_ms / 1000 % 1000), ' ', ' ' || p.number || '_'), ''
      FROM project_numbers p CROSS JOIN threads t ON t.project_id = p.id AND t.created_at_ms > ${from * 1000}
        AND t.created_at_ms <= ${to * 1000}
      CROSS JOIN messages m ON m.project_id = p.id AND m.thread_id = t.id
      WHERE p.id = ${project} ORDER BY 1`;
}
