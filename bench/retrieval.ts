/**
 * `npm run bench:retrieval`: how often the answer to a real question is among the first five
 * passages, by the ranking of words alone. All question sets lie in one knowledge, so that each
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

const Found = z.object({ hits: z.array(z.object({ document_id: z.string() })) });

interface Tally {
  questions: number;
  first: number;
  amongTop: number;
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
  print("question set", ["questions", "recall@1", `recall@${TOP}`]);
  const total: Tally = { questions: 0, first: 0, amongTop: 0 };
  for (const set of kept) {
    const tally = await ask(set, call);
    printTally(set.name, tally);
    total.questions += tally.questions;
    total.first += tally.first;
    total.amongTop += tally.amongTop;
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

async function ask({ questions }: QuestionSet, call: Served["call"]): Promise<Tally> {
  const tally: Tally = { questions: questions.length, first: 0, amongTop: 0 };
  await each(questions, async ({ question, answerId }) => {
    const reply = await call("POST", `${BASE}/books/search`, { query: question, top_k: TOP });
    const found = Found.parse(reply).hits.map((hit) => hit.document_id);
    tally.first += found[0] === answerId ? 1 : 0;
    tally.amongTop += found.includes(answerId) ? 1 : 0;
  });
  return tally;
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

function printTally(name: string, { questions, first, amongTop }: Tally): void {
  const share = (count: number) => (count / questions).toFixed(3);
  print(name, [String(questions), share(first), share(amongTop)]);
}

function print(name: string, cells: string[]): void {
  console.log(name.padEnd(20) + cells.map((cell) => cell.padStart(12)).join(""));
}

await runCommand(async () => {
  await withServer(measure);
  process.exit(0);
});
