/**
 * Each journal of a round as pages of the AI SDK are told it: encoded for each major of `ai`, read by that
 * major's own reader. The journals come out of the objects' own files, once their server has stopped.
 */
import { readdir } from "node:fs/promises";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";

import { RunEncoder } from "../../src/api/ai-sdk/encoder/run-encoder.ts";
import { answerIdOf } from "../../src/domain/ids.ts";
import type { RunEvent } from "../../src/domain/run-event.ts";
import { JournalRows } from "../../src/runs/events/journal-rows.ts";
import { type Chunk, MAJORS, type Major, readMessage, textOf } from "../ai-sdk/read-message.ts";
import type { RunStory } from "./run-story.ts";
import type { Violations } from "./violations.ts";

/** Each run's events, by its id. */
type Journals = Map<string, RunEvent[]>;

/** Holds what readers make of each run to what the run told. @returns How many journals were read. */
export async function readAsPages(
  stateDir: string,
  stories: readonly RunStory[],
  violations: Violations,
): Promise<number> {
  const journals = await readJournals(stateDir);
  for (const story of stories) {
    const journal = journals.get(story.runId ?? "");
    if (journal === undefined) {
      violations.add("lost", `the journal of run ${story.runId} is not there`);
    } else {
      for (const major of MAJORS) {
        await readAsPage(story, journal, major, violations);
      }
    }
  }
  return journals.size;
}

async function readAsPage(
  story: RunStory,
  journal: readonly RunEvent[],
  major: Major,
  violations: Violations,
): Promise<void> {
  try {
    const chunks = encode(story.runId ?? "", journal, major);
    // A failed run ends with an error to its reader, and is meant to.
    const heard = chunks.filter(({ type }) => type !== "error");
    const told = story.text();
    const message = await readMessage(heard, major);
    // 5 and 6 keep what was withdrawn and not told again, beside a part that names it.
    const isKept = message.parts.some(({ type }) => type === "data-bobbin-reset");
    const isRight = isKept ? major !== 7 : textOf(message) === told;
    if (!isRight) {
      const what = `run ${story.runId}: ai ${major} read ${JSON.stringify(textOf(message))}, told was ${JSON.stringify(told)}`;
      violations.add("wrong", what);
    }
  } catch (error) {
    violations.add("wrong", `run ${story.runId}: ${String(error)}`);
  }
}

/** As a page of that major hears it from the first event to the last. */
function encode(runId: string, journal: readonly RunEvent[], parts: Major): Chunk[] {
  const run = {
    id: runId,
    threadId: "thread",
    toolId: "tool",
    version: 1,
    status: "running",
    createdAtMs: 0,
  } as const;
  const settings = { parts, reasoning: true, sources: true, metadata: true, actions: true };
  const answers = new Set(["MODEL_CALL"]);
  const encoder = new RunEncoder({ run, answers, answerId: answerIdOf(runId) }, settings);
  const chunks = journal.flatMap((event) => {
    if (event.type === "run-end") {
      return encoder.encodeEnd(event, { durationMs: 1, usage: null });
    }
    return event.type === "run-wait" ? encoder.encodeWait(event, true) : encoder.encode(event);
  });
  return [...encoder.accepted(0), ...chunks].map((chunk) => ({ ...chunk }));
}

async function readJournals(stateDir: string): Promise<Journals> {
  const journals: Journals = new Map();
  const names = await readdir(stateDir, { recursive: true });
  for (const name of names.filter((one) => OBJECT_FILE.test(one))) {
    const db = new DatabaseSync(path.join(stateDir, name), { readOnly: true });
    try {
      readObject(db, journals);
    } finally {
      db.close();
    }
  }
  return journals;
}

/** Of a thread's object, or of a run's own. */
const OBJECT_FILE = /ThreadCoordinator\/[0-9a-f]{64}\.sqlite$/;

function readObject(db: DatabaseSync, journals: Journals): void {
  if (db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'events'").get() === undefined) {
    return;
  }
  const exec = (text: string, ...values: (string | number | null)[]) =>
    db.prepare(text).all(...values);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- rows are all that is asked of a cursor
  const rows = new JournalRows({ exec } as unknown as SqlStorage);
  for (const { runId, body } of rows.read(0, Number.MAX_SAFE_INTEGER)) {
    const journal = journals.get(runId) ?? [];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the object has written
    journal.push(JSON.parse(body) as RunEvent);
    journals.set(runId, journal);
  }
}
