/**
 * `npm run bench:retrieval`: how often the answer to a real question is among the first five
 * passages, by the ranking of words alone: asked by a program as it stands (`fixed`), and by a model that
 * searches in a run, once with the question and once with its longest words. The model is played: what
 * is measured is the way that its search takes. All question sets lie in one knowledge, so that each
 * question has thousands of passages of other books and languages against it. Needs the packages
 * that `question-sets.ts` names, below DOC_ROOT (by default /).
 */
import process from "node:process";

import * as z from "zod";

import { runCommand } from "../scripts/local/command.ts";
import { DEMO } from "../scripts/local/demo-project.ts";
import { type QuestionSet, readQuestionSets } from "./question-sets.ts";
import { type Served, withServer } from "./served.ts";

const TOP = 5;
const AT_ONCE = 8;
const BASE = `/api/sdk/p/${DEMO.projectId}/knowledge`;

const Hits = z.array(z.object({ document_id: z.string() }));
const Found = z.object({ hits: Hits });
const Made = z.object({ tool: z.object({ id: z.string() }) });
const Ran = z.object({ run: z.object({ run_id: z.string() }) });
const Steps = z.object({
  steps: z.array(z.object({ searches: z.array(z.object({ results: Hits })).optional() })),
});

/** Of a question, for a query as a model writes one. */
const KEYWORDS = 5;

/** Documents of the passages found, best first. */
type Search = (query: string) => Promise<string[]>;

interface Tally {
  questions: number;
  first: number;
  amongTop: number;
  called: number;
  byKeywords: number;
}

async function measure({ call, db }: Served): Promise<void> {
  const sets = readQuestionSets(process.env["DOC_ROOT"] || "/");
  await call("POST", BASE, { name: "books" });
  const kept = withoutRepeats(sets);
  await each(
    kept.flatMap((set) => set.sections),
    async ({ id, text }) => {
      await call("PUT", `${BASE}/books/d/${id}`, { text });
    },
  );
  const passages = await db.prepare("SELECT passage_count FROM knowledge").first("passage_count");
  console.log(
    `${kept.flatMap((set) => set.sections).length} sections, ${String(passages)} passages\n`,
  );
  const searches = { fixed: fixedSearch(call), called: await calledSearch(call) };
  print("question set", ["questions", "fixed @1", `fixed @${TOP}`, `called @${TOP}`, "its words"]);
  const total: Tally = { questions: 0, first: 0, amongTop: 0, called: 0, byKeywords: 0 };
  for (const set of kept) {
    const tally = await ask(set, searches);
    printTally(set.name, tally);
    total.questions += tally.questions;
    total.first += tally.first;
    total.amongTop += tally.amongTop;
    total.called += tally.called;
    total.byKeywords += tally.byKeywords;
  }
  printTally("all", total);
}

/** A section that several translations have alike belongs to the first of them. */
function withoutRepeats(sets: QuestionSet[]): QuestionSet[] {
  const seen = new Set<string>();
  return sets.map((set) => {
    const sections = set.sections.filter(({ text }) => {
      const start = text.replaceAll(/\s/gu, "").slice(0, 400);
      return seen.has(start) ? false : seen.add(start);
    });
    const ids = new Set(sections.map(({ id }) => id));
    return {
      ...set,
      sections,
      questions: set.questions.filter(({ answerId }) => ids.has(answerId)),
    };
  });
}

async function ask(
  { questions }: QuestionSet,
  { fixed, called }: Record<"fixed" | "called", Search>,
): Promise<Tally> {
  const tally: Tally = {
    questions: questions.length,
    first: 0,
    amongTop: 0,
    called: 0,
    byKeywords: 0,
  };
  await each(questions, async ({ question, answerId }) => {
    const found = await fixed(question);
    const byModel = await called(question);
    const byWords = await called(keywordsOf(question));
    const isAmong = (ids: readonly string[]) => Number(ids.slice(0, TOP).includes(answerId));
    tally.first += Number(found[0] === answerId);
    tally.amongTop += isAmong(found);
    tally.called += isAmong(byModel);
    tally.byKeywords += isAmong(byWords);
  });
  return tally;
}

function fixedSearch(call: Served["call"]): Search {
  return async (query) => {
    const reply = await call("POST", `${BASE}/books/search`, { query, top_k: TOP });
    return Found.parse(reply).hits.map((hit) => hit.document_id);
  };
}

/** By a run whose model calls `file_search` with the query: what the search gave is in its steps. */
async function calledSearch(call: Served["call"]): Promise<Search> {
  const tools = `/api/sdk/p/${DEMO.projectId}/a`;
  const config = { provider_id: "offline", knowledge: ["books"] };
  const messages = [{ role: "user", content: "{{ INPUT.question }}" }];
  const actions = [
    { name: "INPUT", type: "input" },
    { name: "ASK", type: "chat", spec: { messages }, config },
    { name: "OUTPUT", type: "output" },
  ];
  const { tool } = Made.parse(await call("POST", tools, { name: "asked", actions }));
  return async (query) => {
    const offline = { function_call: { name: "file_search", arguments: { query } } };
    const asked = { inputs: [{ question: query }], config: { ASK: { offline } } };
    const { run } = Ran.parse(await call("POST", `${tools}/${tool.id}/r`, asked));
    const path = `${tools}/${tool.id}/r/${run.run_id}/steps`;
    const { steps } = Steps.parse(await call("GET", path));
    const [search] = steps.flatMap((step) => step.searches ?? []);
    return (search?.results ?? []).map((hit) => hit.document_id);
  };
}

/** The longest words of it, in their order. */
function keywordsOf(question: string): string {
  const words = question.split(/[\s\p{P}]+/u).filter((word) => word !== "");
  const longest = new Set(words.toSorted((a, b) => b.length - a.length).slice(0, KEYWORDS));
  return words.filter((word) => longest.has(word)).join(" ");
}

/** Some at a time. */
async function each<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function printTally(name: string, { questions, first, amongTop, called, byKeywords }: Tally): void {
  const share = (count: number) => (count / questions).toFixed(3);
  print(name, [String(questions), share(first), share(amongTop), share(called), share(byKeywords)]);
}

function print(name: string, cells: string[]): void {
  console.log(name.padEnd(20) + cells.map((cell) => cell.padStart(12)).join(""));
}

await runCommand(async () => {
  await withServer(measure);
  process.exit(0);
});
