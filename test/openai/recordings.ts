/** Streams of runs as the Worker told them, whole and from behind each of their numbers. */
import { DEMO } from "../../scripts/local/demo-project.ts";
import { type Bench, GET_WEATHER, outputsFor, textOf } from "./bench.ts";
import { REFUND } from "./weather-model.ts";

export interface Recording {
  /** How it came about. */
  name: string;
  threadId: string;
  runId: string;
  /** As `text/event-stream`, from the run's beginning. */
  events: string;
  /** As lines of JSON. */
  lines: string;
  /** Of the run once it had ended. */
  status: string;
  /** Of the messages that it left, oldest first. */
  texts: string[];
  /** Ids of its steps, oldest first. */
  stepIds: string[];
  /** What a reader is told who has seen the first, the first two … of its numbered events. */
  behind: { after: number; events: string; lines: string }[];
}

const KEY = { Authorization: `Bearer ${DEMO.key}` };
const LINES = { ...KEY, Accept: "application/x-ndjson" };

interface Told {
  text: string;
  runId: string;
}

/** All outcomes that there are, one recording each. */
export async function recordStreams(bench: Bench): Promise<Recording[]> {
  const recorder = new Recorder(bench);
  const assistants = bench.client.beta.assistants;
  const store = await bench.client.vectorStores.create({});
  await bench.client.vectorStores.files.uploadAndPoll(store.id, new File([REFUND], "refünds.txt"));
  const { id } = await assistants.create({
    model: "test-model",
    instructions: "You answer.",
    tools: [GET_WEATHER, { type: "file_search" }, { type: "code_interpreter" }],
    tool_resources: { file_search: { vector_store_ids: [store.id] } },
  });
  const run = (question: string, more: object = {}) => recorder.run(id, question, more);
  return [
    await run("Grüße 👋"),
    await run("How long does a refund take?"),
    await run("Please compute six by seven."),
    await run("What is the weather?"),
    await run("refused"),
    await run("broken"),
    await run("decline"),
    await run("endless"),
    await run("slow", { deadline_seconds: 1 }),
    await recorder.cancelled(id, "slow"),
    await recorder.cancelled(id, "What is the weather?"),
  ];
}

class Recorder {
  readonly #bench: Bench;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  /** To its end, with outputs for whatever it waits for. */
  async run(assistantId: string, question: string, more: object): Promise<Recording> {
    const threadId = await this.#bench.ask(question);
    const begun = await this.#begin(threadId, { assistant_id: assistantId, ...more });
    const { runId } = begun;
    for (let told = begun; told.text.includes("event: thread.run.requires_action");) {
      const waiting = await this.#bench.retrieve(threadId, runId);
      const body = { tool_outputs: outputsFor(waiting), stream: true };
      told = await this.#post(`/threads/${threadId}/runs/${runId}/submit_tool_outputs`, body);
    }
    return this.#record(question, threadId, runId);
  }

  /** In its text, or while it waits. */
  async cancelled(assistantId: string, question: string): Promise<Recording> {
    const threadId = await this.#bench.ask(question);
    const stream = this.#bench.client.beta.threads.runs.stream(threadId, {
      assistant_id: assistantId,
    });
    const runId = await new Promise<string>((resolve) => {
      stream.on("event", ({ event, data }) => {
        if (event === "thread.run.requires_action") {
          resolve(data.id);
        }
      });
      stream.once("textDelta", () => {
        if (question === "slow") {
          resolve(stream.currentRun()?.id ?? "");
        }
      });
    });
    await this.#bench.cancel(threadId, runId);
    await stream.done().catch(() => undefined);
    return this.#record(`${question}, cancelled`, threadId, runId);
  }

  #begin(threadId: string, body: object): Promise<Told> {
    return this.#post(`/threads/${threadId}/runs`, { ...body, stream: true });
  }

  async #post(path: string, body: object): Promise<Told> {
    const response = await fetch(this.#urlOf(path), {
      method: "POST",
      headers: { ...KEY, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    const runId = /"id":"(run_\w+)"/.exec(text)?.[1];
    if (runId === undefined) {
      throw new Error(`No run began: ${text}`);
    }
    return { text, runId };
  }

  async #record(name: string, threadId: string, runId: string): Promise<Recording> {
    const path = `/threads/${threadId}/runs/${runId}`;
    const [events, lines] = await Promise.all([
      this.#read(`${path}/stream`, KEY),
      this.#read(`${path}/stream`, LINES),
    ]);
    const { status } = await this.#bench.retrieve(threadId, runId);
    const said = await this.#bench.listed(threadId, { run_id: runId });
    const steps: { data: { id: string }[] } = JSON.parse(
      await this.#read(`${path}/steps?order=asc`, KEY),
    );
    const stepIds = steps.data.map(({ id }) => id);
    const recording = { name, threadId, runId, events, lines, status, stepIds };
    const behind = [];
    for (let after = 1; after < lastNumber(recording); after += 1) {
      const place = `${path}/stream?after=${after}`;
      const rest = await Promise.all([this.#read(place, KEY), this.#read(place, LINES)]);
      behind.push({ after, events: rest[0], lines: rest[1] });
    }
    return { ...recording, texts: said.map(textOf), behind };
  }

  async #read(path: string, headers: Record<string, string>): Promise<string> {
    return (await fetch(this.#urlOf(path), { headers })).text();
  }

  #urlOf(path: string): string {
    return `${this.#bench.url}/openai/v1${path}`;
  }
}

/** The last number of the recording. */
export function lastNumber({ events }: Pick<Recording, "events">): number {
  return Number([...events.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? 0);
}

/** With a keep-alive, as the Worker writes it, before every frame. */
export function withKeepAlives(events: string): string {
  return events.replaceAll(/(?<=^|\n\n)(?=.)/gs, ": keep-alive\n");
}

const encoder = new TextEncoder();

/** The text as a body whose every byte comes alone. */
export function byteByByte(text: string): ReadableStream<Uint8Array> {
  const bytes = encoder.encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at === bytes.length) {
        controller.close();
      } else {
        controller.enqueue(bytes.slice(at, at + 1));
        at += 1;
      }
    },
  });
}
