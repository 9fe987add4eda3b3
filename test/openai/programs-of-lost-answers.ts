/** Every call that changes something, each with its first answers lost: the client is answered, and there is one effect. */
import { type ExpectStatic, it } from "vitest";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { openProxy } from "../support/meddling-proxy.ts";
import { type Bench, outputsFor, textOf } from "./bench.ts";
import { type OpenAI, type Sdk, del, inStore, inThread } from "./sdks.ts";
import { HELLO, WEATHER } from "./weather-model.ts";

/** Answers that are lost of one call: the third try is the last that SDKs make. */
const DROPPED = 2;

interface Lossy {
  sdk: Sdk;
  bench: Bench;
  /** Of the answers that come to it the first are lost. */
  lossy: OpenAI;
  /** What the case makes is told apart by it. */
  name: string;
  expect: ExpectStatic;
}

type Case = (given: Lossy) => Promise<void>;

/** By the name of the call in the document; what is not here fails the test. */
const CASES: Readonly<Record<string, Case>> = {
  openaiCreateThread: async ({ bench, lossy, name, expect }) => {
    const thread = await lossy.beta.threads.create({ metadata: { name } });
    expect(await listedIds(bench, "/threads", { metadata: { name } })).toEqual([thread.id]);
  },
  openaiUpdateThread: async ({ bench, lossy, name, expect }) => {
    const id = await bench.ask("Hi");
    const thread = await lossy.beta.threads.update(id, { metadata: { name } });
    expect(thread.metadata).toEqual({ name });
  },
  openaiDeleteThread: async ({ bench, lossy, expect }) => {
    const id = await bench.ask("Hi");
    expect(await del(lossy.beta.threads, id)).toMatchObject({ id, deleted: true });
    await expect(bench.client.beta.threads.retrieve(id)).rejects.toMatchObject({ status: 404 });
  },
  openaiCreateMessage: async ({ bench, lossy, expect }) => {
    const id = await bench.ask("Hi");
    await lossy.beta.threads.messages.create(id, { role: "user", content: "Once" });
    expect((await bench.listed(id)).map(textOf)).toEqual(["Hi", "Once"]);
  },
  openaiUpdateMessage: async ({ sdk, bench, lossy, name, expect }) => {
    const id = await bench.ask("Hi");
    const [message] = await bench.listed(id);
    const { messages } = lossy.beta.threads;
    const update = messages.update.bind(messages);
    const changed = await inThread(sdk, update, [id, message?.id ?? ""], { metadata: { name } });
    expect(changed.metadata).toEqual({ name });
  },
  openaiDeleteMessage: async ({ sdk, bench, lossy, expect }) => {
    const id = await bench.ask("Hi");
    const [message] = await bench.listed(id);
    const { messages } = lossy.beta.threads;
    expect(await del(messages, ...placed(sdk, "thread_id", id, message?.id))).toMatchObject({
      id: message?.id,
      deleted: true,
    });
    expect(await bench.listed(id)).toEqual([]);
  },
  openaiCreateRun: async ({ sdk, bench, lossy, expect }) => {
    const id = await bench.ask("Hi");
    const { runs } = lossy.beta.threads;
    const run = await runs.create(id, { assistant_id: bench.assistantId });
    await inThread(sdk, runs.poll.bind(runs), [id, run.id], {});
    expect(await runIds(bench, id)).toEqual([run.id]);
    expect((await bench.listed(id)).map(textOf)).toEqual(["Hi", HELLO.join("")]);
  },
  openaiCreateThreadAndRun: async ({ sdk, bench, lossy, name, expect }) => {
    const run = await lossy.beta.threads.createAndRun({
      assistant_id: bench.assistantId,
      thread: { messages: [{ role: "user", content: "Hi" }], metadata: { name } },
    });
    const { runs } = lossy.beta.threads;
    await inThread(sdk, runs.poll.bind(runs), [run.thread_id, run.id], {});
    expect(await listedIds(bench, "/threads", { metadata: { name } })).toEqual([run.thread_id]);
    expect(await runIds(bench, run.thread_id)).toEqual([run.id]);
    expect((await bench.listed(run.thread_id)).map(textOf)).toEqual(["Hi", HELLO.join("")]);
  },
  openaiUpdateRun: async ({ sdk, bench, lossy, name, expect }) => {
    const [threadId, runId] = await waiting(bench);
    const { runs } = lossy.beta.threads;
    const update = runs.update.bind(runs);
    const changed = await inThread(sdk, update, [threadId, runId], { metadata: { name } });
    expect([changed.status, changed.metadata]).toEqual(["requires_action", { name }]);
  },
  openaiCancelRun: async ({ sdk, bench, lossy, expect }) => {
    const [threadId, runId] = await waiting(bench);
    const { runs } = lossy.beta.threads;
    const run = await inThread(sdk, runs.cancel.bind(runs), [threadId, runId], {});
    expect(run.status).toBe("cancelled");
  },
  openaiSubmitToolOutputs: async ({ sdk, bench, lossy, expect }) => {
    const [threadId, runId] = await waiting(bench);
    const { runs } = lossy.beta.threads;
    const first = outputsFor(await bench.retrieve(threadId, runId));
    const run = await bench.submit(threadId, runId, first, lossy);
    const next = await inThread(sdk, runs.poll.bind(runs), [threadId, run.id], {});
    const last = await bench.submit(threadId, runId, outputsFor(next));
    await inThread(sdk, runs.poll.bind(runs), [threadId, last.id], {});
    expect((await bench.listed(threadId)).map(textOf).slice(1)).toEqual(["Let me look.", WEATHER]);
  },
  openaiCreateAssistant: async ({ bench, lossy, name, expect }) => {
    const { id } = await lossy.beta.assistants.create({ model: "test-model", name });
    const { data } = await bench.client.beta.assistants.list({ limit: 100 });
    expect(data.filter((one) => one.name === name).map((one) => one.id)).toEqual([id]);
  },
  openaiUpdateAssistant: async ({ bench, lossy, expect }) => {
    const { id } = await bench.client.beta.assistants.create({ model: "test-model" });
    const changed = await lossy.beta.assistants.update(id, { instructions: "Once." });
    expect(changed).toMatchObject({ instructions: "Once.", version: 2 });
  },
  openaiDeleteAssistant: async ({ bench, lossy, expect }) => {
    const { assistants } = bench.client.beta;
    const { id } = await assistants.create({ model: "test-model" });
    expect(await del(lossy.beta.assistants, id)).toMatchObject({ id, deleted: true });
    await expect(assistants.retrieve(id)).rejects.toMatchObject({ status: 404 });
  },
  openaiCreateFile: async ({ sdk, bench, lossy, name, expect }) => {
    // The fourth major hangs in a retry of its own.
    const client = sdk.major === 4 ? bench.client : lossy;
    const { id } = await client.files.create({ purpose: "assistants", file: fileOf(name) });
    const { data } = await bench.client.files.list({ limit: 1000 });
    expect(data.filter(({ filename }) => filename === `${name}.txt`).map((one) => one.id)).toEqual([
      id,
    ]);
  },
  openaiDeleteFile: async ({ bench, lossy, name, expect }) => {
    const id = await uploaded(bench, name);
    expect(await del(lossy.files, id)).toMatchObject({ id, deleted: true });
    await expect(bench.client.files.retrieve(id)).rejects.toMatchObject({ status: 404 });
  },
  openaiCreateVectorStore: async ({ bench, lossy, name, expect }) => {
    const { id } = await lossy.vectorStores.create({ name });
    const { data } = await bench.client.vectorStores.list({ limit: 100 });
    expect(data.filter((one) => one.name === name).map((one) => one.id)).toEqual([id]);
  },
  openaiUpdateVectorStore: async ({ bench, lossy, name, expect }) => {
    const { id } = await bench.client.vectorStores.create({});
    expect(await lossy.vectorStores.update(id, { name })).toMatchObject({ id, name });
  },
  openaiDeleteVectorStore: async ({ bench, lossy, expect }) => {
    const { id } = await bench.client.vectorStores.create({});
    expect(await del(lossy.vectorStores, id)).toMatchObject({ id, deleted: true });
    const gone = bench.client.vectorStores.retrieve(id);
    await expect(gone).rejects.toMatchObject({ status: 404 });
  },
  openaiSearchVectorStore: async ({ bench, lossy, name, expect }) => {
    const [storeId, fileId] = await storeWith(bench, name);
    const { data } = await lossy.vectorStores.search(storeId, { query: name });
    expect(data.map((hit) => hit.file_id)).toEqual([fileId]);
  },
  openaiCreateVectorStoreFile: async ({ bench, lossy, name, expect }) => {
    const { id } = await bench.client.vectorStores.create({});
    const fileId = await uploaded(bench, name);
    await lossy.vectorStores.files.create(id, { file_id: fileId });
    expect(await filesIn(bench, id)).toEqual([fileId]);
  },
  openaiUpdateVectorStoreFile: async ({ sdk, bench, lossy, name, expect }) => {
    const [storeId, fileId] = await storeWith(bench, name);
    const { files } = lossy.vectorStores;
    const update = files.update.bind(files);
    const attributes = { name };
    expect(await inStore(sdk, update, [storeId, fileId], { attributes })).toMatchObject({
      attributes,
    });
  },
  openaiDeleteVectorStoreFile: async ({ sdk, bench, lossy, name, expect }) => {
    const [storeId, fileId] = await storeWith(bench, name);
    const { files } = lossy.vectorStores;
    expect(await del(files, ...placed(sdk, "vector_store_id", storeId, fileId))).toMatchObject({
      id: fileId,
      deleted: true,
    });
    expect(await filesIn(bench, storeId)).toEqual([]);
  },
  openaiCreateFileBatch: async ({ bench, lossy, name, expect }) => {
    const { id } = await bench.client.vectorStores.create({});
    const fileId = await uploaded(bench, name);
    const made = await lossy.vectorStores.fileBatches.create(id, { file_ids: [fileId] });
    expect(made.file_counts.total).toBe(1);
    expect(await filesIn(bench, id)).toEqual([fileId]);
  },
  openaiCancelFileBatch: async ({ sdk, bench, lossy, name, expect }) => {
    const { id } = await bench.client.vectorStores.create({});
    const ids = { file_ids: [await uploaded(bench, name)] };
    const batch = await bench.client.vectorStores.fileBatches.create(id, ids);
    const { fileBatches } = lossy.vectorStores;
    const cancel = fileBatches.cancel.bind(fileBatches);
    const cancelled = await inStore(sdk, cancel, [id, batch.id], {});
    // Indexed already, or taken out: never both, and never in progress.
    expect(["cancelled", "completed"]).toContain(cancelled.status);
  },
};

export function programsOfLostAnswers(sdk: Sdk, open: () => Bench): void {
  it("has a case of each call that changes something", async ({ expect }) => {
    const document: unknown = await (await fetch(`${open().url}/openapi.json`)).json();
    expect(changingCalls(document).toSorted()).toEqual(Object.keys(CASES).toSorted());
  });

  it.concurrent.for(Object.entries(CASES))("%s", async ([call, run], { expect }) => {
    const bench = open();
    const proxy = await openProxy(bench.url);
    proxy.decide = () => (proxy.seen.length <= DROPPED ? "drop" : null);
    const lossy = new sdk.OpenAI({ apiKey: DEMO.key, baseURL: `${proxy.url}/openai/v1` });
    const name = `${call}-${sdk.major}-${Date.now()}`;
    try {
      await run({ sdk, bench, lossy, name, expect });
      const isSpared = call === "openaiCreateFile" && sdk.major === 4;
      expect(proxy.seen.length > DROPPED).toBe(!isSpared);
    } finally {
      await proxy.close();
    }
  });
}

type Paths = Record<string, Record<string, { operationId?: string }>>;

function changingCalls(document: unknown): string[] {
  const paths: Paths = Object(Reflect.get(Object(document), "paths"));
  return Object.entries(paths)
    .filter(([path]) => path.startsWith("/openai/v1/"))
    .flatMap(([, methods]) => Object.entries(methods))
    .flatMap(([method, { operationId = "" }]) => (method === "get" ? [] : [operationId]));
}

/** Arguments of a method of what lies in something else, without further ones. */
function placed({ major }: Sdk, parent: string, parentId: string, id = ""): unknown[] {
  return major === 4 ? [parentId, id] : [id, { [parent]: parentId }];
}

async function listedIds({ client }: Bench, path: string, query: object): Promise<string[]> {
  const page: { data: { id: string }[] } = await client.get(path, { query });
  return page.data.map(({ id }) => id);
}

async function runIds({ client }: Bench, threadId: string): Promise<string[]> {
  return (await client.beta.threads.runs.list(threadId)).data.map(({ id }) => id);
}

/** A run that waits for outputs. */
async function waiting(bench: Bench): Promise<readonly [threadId: string, runId: string]> {
  const threadId = await bench.ask("What is the weather?");
  const { runs } = bench.client.beta.threads;
  const run = await runs.createAndPoll(threadId, { assistant_id: bench.assistantId });
  return [threadId, run.id];
}

function fileOf(name: string): File {
  return new File([`Of ${name} alone.`], `${name}.txt`);
}

async function uploaded({ client }: Bench, name: string): Promise<string> {
  return (await client.files.create({ purpose: "assistants", file: fileOf(name) })).id;
}

/** A store with one file that says the name. */
async function storeWith(
  bench: Bench,
  name: string,
): Promise<readonly [storeId: string, fileId: string]> {
  const { id } = await bench.client.vectorStores.create({});
  const { files } = bench.client.vectorStores;
  return [id, (await files.uploadAndPoll(id, fileOf(name))).id];
}

async function filesIn({ client }: Bench, storeId: string): Promise<string[]> {
  return (await client.vectorStores.files.list(storeId)).data.map(({ id }) => id);
}
