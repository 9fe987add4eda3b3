/**
 * Runs that take the whole process down, twenty of them, four at a time at each stage of a run, while
 * other threads work: each fails for it, with its thread usable, and the others lose nothing. The
 * process dies of V8's own abort: see `test/support/killer-worker`. Nobody helps it up: it is
 * started again as `npm start` does, and runs go on by themselves.
 */
import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

import { buildWorker } from "../../scripts/local/build-worker.ts";
import { DEMO } from "../../scripts/local/demo-project.ts";
import { prepareDatabase } from "../../scripts/local/prepare-database.ts";
import { serveBuilt } from "../../scripts/local/serve-built.ts";
import { configPath, quietPlatform, root } from "../../scripts/local/settings.ts";
import { freePort, temporaryStateDir } from "../support/local-server.ts";

const STAGES = ["template", "code", "document", "answer", "recording"] as const;
const KILLERS_A_STAGE = 4;
const OTHERS = 4;
const WITHIN_MS = 300_000;

const ACTIONS = [
  { name: "INPUT", type: "input" },
  { name: "CODE", type: "code", spec: { code: "() => 1" } },
  { name: "FILE", type: "file", spec: { file_id: "{{ INPUT.file_id }}" } },
  { name: "HISTORY", type: "thread" },
  {
    name: "MODEL_CALL",
    type: "chat",
    spec: { messages: "{{ HISTORY.messages }}" },
    config: { provider_id: "offline", use_stream: true, offline: { delay_ms: 150 } },
  },
  { name: "OUTPUT", type: "output" },
];

const RunReply = z.object({
  run: z.object({
    run_id: z.string(),
    status: z.object({ run: z.string() }),
    error: z.object({ code: z.string() }).optional(),
  }),
});
type Run = z.output<typeof RunReply>["run"];
const MessageList = z.object({
  list: z.array(
    z.object({ role: z.string(), content: z.string(), incomplete: z.boolean().optional() }),
  ),
});

let url: string;
let close: () => Promise<void>;
let deaths = 0;
let runs: string;
let fileId: string;

beforeAll(async () => {
  quietPlatform();
  const { dir, remove } = await temporaryStateDir();
  const config = path.join(dir, "wrangler.toml");
  const text = await readFile(configPath, "utf8");
  const entry = path.join(root, "test/support/killer-worker/index.ts");
  const moved = text
    .replace('main = "src/index.ts"', `main = ${JSON.stringify(entry)}`)
    .replaceAll('"./src/', `"${root}/src/`)
    .replace('"studio/public"', JSON.stringify(path.join(root, "studio/public")));
  await writeFile(config, moved);
  const port = await freePort();
  const settings = {
    config,
    host: "127.0.0.1",
    port,
    stateDir: dir,
    secrets: {
      KEY_RATE_LIMIT: "0",
      USER_RATE_LIMIT: "0",
      GUESS_RATE_LIMIT: "0",
      OWN_ORIGINS: `http://127.0.0.1:${port}`,
    },
  } as const;
  await prepareDatabase(settings);
  const outdir = path.join(dir, "bundle");
  buildWorker(config, outdir);
  const { miniflare } = await serveBuilt(settings, outdir, () => void (deaths += 1));
  url = `http://127.0.0.1:${port}/api/sdk`;
  close = async () => {
    await miniflare.dispose();
    await remove();
  };
  const tool = await send("POST", `/p/${DEMO.projectId}/a`, { name: "killer", actions: ACTIONS });
  const { id } = z.object({ tool: z.object({ id: z.string() }) }).parse(tool).tool;
  runs = `/p/${DEMO.projectId}/a/${id}/r`;
  fileId = await upload("notes.txt", "Nothing of note.");
});
afterAll(() => close());

/** The JSON of the reply, asked for under one key until there is one: the server may be down. */
async function send(method: "GET" | "POST", to: string, body?: object): Promise<unknown> {
  const headers = {
    Authorization: `Bearer ${DEMO.key}`,
    ...(body === undefined
      ? {}
      : { "Content-Type": "application/json", "Idempotency-Key": randomUUID() }),
  };
  for (;;) {
    const reply = await fetch(url + to, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    }).catch(() => null);
    if (reply?.status === 200) {
      const json: unknown = await reply.json().catch(() => null);
      if (json !== null) {
        return json;
      }
    } else if (reply !== null && ![409, 500, 503].includes(reply.status)) {
      throw new Error(`${to}: ${reply.status} ${await reply.text()}`);
    }
    await pause(200);
  }
}

async function upload(name: string, content: string): Promise<string> {
  const body = new FormData();
  body.set("file", new File([content], name));
  const headers = { Authorization: `Bearer ${DEMO.key}` };
  const reply = await fetch(`${url}/files`, { method: "POST", headers, body });
  return z.object({ fileId: z.string() }).parse(await reply.json()).fileId;
}

async function run(threadId: string, question: string, kill?: string): Promise<Run> {
  const input = { messages: [{ role: "user", content: question }], file_id: fileId, kill };
  const body = { thread_id: threadId, stream: true, blocking: false, inputs: [input] };
  const started = RunReply.parse(await send("POST", runs, { ...body, stream: false }));
  for (;;) {
    const { run: now } = RunReply.parse(await send("GET", `${runs}/${started.run.run_id}`));
    if (now.status.run !== "running") {
      return now;
    }
    await pause(300);
  }
}

async function thread(threadId: string): Promise<string[]> {
  const reply = MessageList.parse(
    await send("GET", `/threads/${threadId}/messages?order=asc&limit=100`),
  );
  return reply.list.map(({ role, content }) => `${role}: ${content}`);
}

/** A thread that works as long as it is let. */
class Other {
  readonly threadId = randomUUID();
  readonly #stopped: AbortSignal;
  readonly ended: Run[] = [];

  constructor(stopped: AbortSignal) {
    this.#stopped = stopped;
  }

  async work(): Promise<void> {
    while (!this.#stopped.aborted) {
      this.ended.push(await run(this.threadId, `Question ${this.ended.length}`));
    }
  }
}

describe("inputs that kill the process", () => {
  it.each(STAGES)(
    "at the stage of the %s fail for it, and nobody else loses anything",
    async (stage) => {
      const before = deaths;
      const stop = new AbortController();
      const others = Array.from({ length: OTHERS }, () => new Other(stop.signal));
      const work = others.map((other) => other.work());
      const threads = Array.from({ length: KILLERS_A_STAGE }, () => randomUUID());
      const question = `Please kill at ${stage}`;
      const killers = await Promise.all(threads.map((id) => run(id, question, stage)));
      stop.abort();
      await Promise.all(work);

      // A neighbour's death at its own recording may be a run's second while it was alone at work.
      const codes = ["too_many_crashes", ...(stage === "recording" ? ["outcome_not_kept"] : [])];
      expect(killers.map(({ status }) => status.run)).toEqual(threads.map(() => "errored"));
      expect(codes).toEqual(expect.arrayContaining(killers.map(({ error }) => error?.code)));
      // Each dies once among others, at most, and once alone.
      expect(deaths - before).toBeGreaterThan(KILLERS_A_STAGE);
      expect(deaths - before).toBeLessThanOrEqual(2 * KILLERS_A_STAGE);
      for (const { threadId, ended } of others) {
        expect(ended.map(({ status, error }) => [status.run, error?.code])).toEqual(
          ended.map(() => ["succeeded", undefined]),
        );
        const said = await thread(threadId);
        expect(said.filter((text) => text.startsWith("user"))).toEqual(
          ended.map((_run, index) => `user: Question ${index}`),
        );
        expect(said.map((text) => text.split(":")[0])).toEqual(
          ended.flatMap(() => ["user", "assistant"]),
        );
      }
      expect((await run(threads[0] ?? "", "And now?")).status.run).toBe("succeeded");
    },
    WITHIN_MS,
  );
});
