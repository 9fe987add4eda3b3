/**
 * `npm run bench:search`: what a search of knowledge and a filtered listing of threads take as what
 * they look through grows: over HTTP, the fastest tenth and the median in milliseconds. The words are made
 * up but as frequent as words are (the n-th is 1/n as frequent as the first); the same in each run.
 */
import process from "node:process";

import { runCommand } from "../scripts/local/command.ts";
import { DEMO } from "../scripts/local/demo-project.ts";
import { type Served, timed, withServer } from "./served.ts";

const SIZES = [1000, 10_000, 100_000];
const TIMES = 40;
const VOCABULARY = 50_000;
const WORDS_A_DOCUMENT = 110_000;

/** Word number `n`, 0 the most frequent: letters, so that long ones have stems. */
function word(n: number): string {
  return `${String.fromCharCode(97 + (n % 26))}${n.toString(26).replaceAll(/\d/g, (d) => "qrstuvwxyz"[Number(d)] ?? "")}`;
}

/** A generator of numbers below 1, the same in each run. */
function generator(): () => number {
  let state = 42;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

/** Words as frequent as words are: the logarithm of the rank is even. */
function frequentWord(random: () => number): string {
  return word(Math.floor(VOCABULARY ** random()) - 1);
}

const QUESTIONS: [string, () => string][] = [
  ["three rare words", () => [20_000, 30_000, 40_000].map(word).join(" ")],
  ["a question of ten words", () => [0, 1, 3, 5, 9, 40, 300, 900, 2500, 9000].map(word).join(" ")],
  ["words of the middle", () => [60, 80, 100, 130].map(word).join(" ")],
  ["common words alone", () => [0, 1, 2, 3].map(word).join(" ")],
  ["a word that nothing has", () => "xyzzyx"],
];

async function searchKnowledge({ call, db }: Served): Promise<void> {
  const base = `/api/sdk/p/${DEMO.projectId}/knowledge`;
  await call("POST", base, { name: "bench" });
  const random = generator();
  const columns: string[][] = [];
  let documents = 0;
  for (const size of SIZES) {
    const startedAt = Date.now();
    const before = await passagesOf(db);
    for (let passages = before; passages < size; passages = await passagesOf(db)) {
      const share = Math.min(1, Math.max(0.01, (size - passages) / 1000));
      const words = Array.from({ length: Math.ceil(WORDS_A_DOCUMENT * share) }, () =>
        frequentWord(random),
      );
      documents += 1;
      const tags = documents % 50 === 1 ? ["rare"] : ["common"];
      const text = sentences(words);
      await call("PUT", `${base}/bench/d/document-${documents}`, { text, tags });
    }
    const passages = await passagesOf(db);
    const perSecond = ((passages - before) / ((Date.now() - startedAt) / 1000)).toFixed(0);
    console.log(`${passages} passages of ${documents} documents; ${perSecond} written a second`);
    columns.push(await searchTimes((json) => call("POST", `${base}/bench/search`, json)));
  }
  print(
    "search of knowledge, ms",
    [...QUESTIONS.map(([name]) => name), "a question, rare tag"],
    columns,
  );
}

function searchTimes(search: (json: object) => Promise<unknown>): Promise<string[]> {
  const asked: object[] = QUESTIONS.map(([, question]) => ({ query: question() }));
  const tagged = { query: QUESTIONS[1]?.[1]() ?? "", include_tags: ["rare"] };
  return inTurn([...asked, tagged], (json) => timed(TIMES, () => search(json)));
}

function sentences(words: string[]): string {
  return words.map((one, index) => (index % 12 === 11 ? `${one}.` : one)).join(" ");
}

async function passagesOf(db: D1Database): Promise<number> {
  return (
    (await db.prepare("SELECT passage_count FROM knowledge").first<number>("passage_count")) ?? 0
  );
}

const LISTINGS: [string, string][] = [
  ["no filter", ""],
  ["metadata, one in a thousand", "metadata[user]=u7"],
  ["metadata, half of all", "metadata[state]=open"],
  ["both", "metadata[state]=open&metadata[user]=u7"],
  ["created before the first tenth", "created_at[lt]=CREATED"],
  ["updated since the last hundredth", "updated_at[gte]=UPDATED&order=asc"],
  ["updated since the first tenth", "updated_at[gte]=CREATED"],
  ["q: a word of every thread", "q=hello"],
  ["q: a word of one in a thousand", "q=word7"],
  ["q: two words", "q=hello word7"],
  ["q: a word of none", "q=nothing"],
  ["q and metadata", "q=hello&metadata[user]=u7"],
  ["q: a character of every thread", "q=東"],
];

async function listThreads({ call, db }: Served): Promise<void> {
  const columns: string[][] = [];
  let made = 0;
  for (const size of SIZES) {
    await seedThreads(db, made, size);
    made = size;
    columns.push(
      await inTurn(LISTINGS, ([, query]) => {
        const filled = query
          .replace("CREATED", String(Math.floor(size / 10)))
          .replace("UPDATED", String(Math.floor(size * 0.99)));
        return timed(TIMES, () => call("GET", `/api/sdk/threads?limit=20&${filled}`));
      }),
    );
  }
  print(
    "a page of 20 threads, ms",
    LISTINGS.map(([name]) => name),
    columns,
  );
}

/** Threads number `from` to `to`, one created each second, each with a message. */
async function seedThreads(db: D1Database, from: number, to: number): Promise<void> {
  const numbers = `WITH RECURSIVE numbers (n) AS (
    SELECT ${from + 1} UNION ALL SELECT n + 1 FROM numbers WHERE n < ${to})`;
  const project = `'${DEMO.projectId}'`;
  await db.batch([
    db.prepare(`${numbers} INSERT INTO threads (project_id, id, created_at_ms, updated_at_ms, last_n, metadata)
      SELECT ${project}, 'thread-' || n, n * 1000, n * 1000, 1, json_object('user', 'u' || (n % 1000),
        'state', iif(n % 2, 'open', 'closed')) FROM numbers`),
    db.prepare(`${numbers} INSERT INTO messages (project_id, thread_id, n, id, role, content, created_at_ms)
      SELECT ${project}, 'thread-' || n, 1, 'message-' || n, 'user', 'hello', n * 1000 FROM numbers`),
    db.prepare(`INSERT INTO message_index (rowid, terms, characters)
      SELECT (t.seq << 32) + m.n, replace(' hello word' || (t.seq % 1000), ' ', ' ' || p.number || '_'),
        ' ' || p.number || '_東'
      FROM project_numbers p JOIN threads t ON t.project_id = p.id
      JOIN messages m ON m.project_id = p.id AND m.thread_id = t.id
      WHERE p.id = ${project} AND t.created_at_ms > ${from * 1000} ORDER BY 1`),
  ]);
}

async function inTurn<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<string>,
): Promise<string[]> {
  const results: string[] = [];
  for (const item of items) {
    results.push(await work(item));
  }
  return results;
}

function print(title: string, names: string[], columns: string[][]): void {
  printRow(`\n${title}`, SIZES.map(String));
  for (const [index, name] of names.entries()) {
    printRow(
      name,
      columns.map((column) => column[index] ?? ""),
    );
  }
}

function printRow(name: string, cells: readonly string[]): void {
  console.log(name.padEnd(36) + cells.map((cell) => cell.padStart(16)).join(""));
}

await runCommand(async () => {
  await withServer(async (served) => {
    await searchKnowledge(served);
    await listThreads(served);
  });
  process.exit(0);
});
