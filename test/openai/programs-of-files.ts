/** Programs about files: stores that assistants search, attachments, and images. */
import { createReadStream, readFileSync } from "node:fs";
import path from "node:path";

import { it } from "vitest";

import { type Bench, textOf } from "./bench.ts";
import { type Message, type Sdk, del, inStore, inThread } from "./sdks.ts";
import { REFUND } from "./weather-model.ts";

const FIXTURES = path.resolve(import.meta.dirname, "../fixtures/documents");
const PDF = path.join(FIXTURES, "pdf/reportlab-columns.pdf");
const LOCKED = path.join(FIXTURES, "pdf/locked.pdf");
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

const SEARCHED = "step_details.tool_calls[*].file_search.results[*].content" as const;

/** `vectorStores`, wherever the major has it. */
function storesOf({ client }: Bench): Bench["client"]["vectorStores"] {
  return Reflect.get(client, "vectorStores") ?? Reflect.get(client.beta, "vectorStores");
}

function text(content: string, name: string): File {
  return new File([content], name);
}

/** The guide's loop: its text, and what in it quotes a file. */
function citedIn(message: Message | undefined) {
  const [part] = message?.content ?? [];
  const said = part?.type === "text" ? part.text : { value: "", annotations: [] };
  const annotations = said.annotations.filter((one) => one.type === "file_citation");
  return { value: said.value, annotations };
}

export function programsOfFiles(sdk: Sdk, open: () => Bench): void {
  it("searches a store of a PDF and a text, and cites what it found", async ({ expect }) => {
    const bench = open();
    const { client } = bench;
    const store = await storesOf(bench).create({ name: "Handbook" });
    const batch = await storesOf(bench).fileBatches.uploadAndPoll(store.id, {
      files: [createReadStream(PDF), text(REFUND, "refunds.txt")],
    });
    expect([batch.status, batch.file_counts.completed]).toEqual(["completed", 2]);
    const assistant = await client.beta.assistants.create({
      model: "test-model",
      tools: [{ type: "file_search" }],
    });
    const updated = await client.beta.assistants.update(assistant.id, {
      tool_resources: { file_search: { vector_store_ids: [store.id] } },
    });
    expect(updated.tool_resources?.file_search?.vector_store_ids).toEqual([store.id]);
    const threadId = await bench.ask("How long does a refund take?");
    const stream = client.beta.threads.runs.stream(threadId, { assistant_id: assistant.id });
    const [message] = await stream.finalMessages();
    const [stored] = (await bench.listed(threadId)).slice(-1);
    for (const said of [message, stored]) {
      const { value, annotations } = citedIn(said);
      expect(annotations).toHaveLength(1);
      for (const {
        text: mark,
        start_index: start,
        end_index: end,
        file_citation: cited,
      } of annotations) {
        expect(Array.from(value).slice(start, end).join("")).toBe(mark);
        expect(REFUND).toContain(Reflect.get(cited, "quote"));
        expect((await client.files.retrieve(cited.file_id)).filename).toBe("refunds.txt");
      }
    }
    const [run] = (await client.beta.threads.runs.list(threadId)).data;
    const { steps } = client.beta.threads.runs;
    const list = steps.list.bind(steps);
    const asked = { order: "asc" as const, include: [SEARCHED] };
    const [first] = (await inThread(sdk, list, [threadId, run?.id ?? ""], asked)).data;
    expect(first?.step_details).toMatchObject({
      tool_calls: [
        {
          type: "file_search",
          file_search: {
            results: [
              {
                file_name: "refunds.txt",
                content: [{ text: expect.stringContaining("five days") }],
              },
            ],
          },
        },
      ],
    });
  });

  it("searches what a message brings along, and takes no program", async ({ expect }) => {
    const bench = open();
    const { client } = bench;
    const file = await client.files.create({
      purpose: "assistants",
      file: text(REFUND, "refunds.txt"),
    });
    const tools = [{ type: "file_search" as const }];
    const thread = await client.beta.threads.create({
      messages: [
        {
          role: "user",
          content: "How long does a refund take?",
          attachments: [{ file_id: file.id, tools }],
        },
      ],
    });
    const { tool_resources: resources } = await client.beta.threads.retrieve(thread.id);
    expect(resources?.file_search?.vector_store_ids).toHaveLength(1);
    const assistant = await client.beta.assistants.create({ model: "test-model", tools });
    const run = await client.beta.threads.runs.createAndPoll(thread.id, {
      assistant_id: assistant.id,
    });
    expect(run.status).toBe("completed");
    const messages = await bench.listed(thread.id);
    expect(messages[0]?.attachments).toEqual([{ file_id: file.id, tools }]);
    const [part] = messages.at(-1)?.content ?? [];
    expect(part?.type === "text" ? part.text.annotations : []).toHaveLength(1);
    const program = new File([new Uint8Array([0x4d, 0x5a, 0, 0, 1, 0, 2, 0])], "setup.exe");
    const exe = await client.files.create({ purpose: "assistants", file: program });
    const refused = client.beta.threads.messages.create(thread.id, {
      role: "user",
      content: "And this?",
      attachments: [{ file_id: exe.id, tools }],
    });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("Failed to index file: Unsupported file"),
    });
  });

  it("polls files of stores, lists them, reads them and takes them out", async ({ expect }) => {
    const bench = open();
    const stores = storesOf(bench);
    const store = await stores.create({});
    const upload = (content: Buffer, name: string) =>
      bench.client.files.create({
        purpose: "assistants",
        file: new File([new Uint8Array(content)], name),
      });
    const locked = await upload(readFileSync(LOCKED), "locked.pdf");
    const failed = await stores.files.createAndPoll(store.id, { file_id: locked.id });
    expect([failed.status, failed.last_error?.code]).toEqual(["failed", "invalid_file"]);
    const good = await stores.files.uploadAndPoll(store.id, text(REFUND, "refunds.txt"));
    expect(good.status).toBe("completed");
    const listed = await stores.files.list(store.id, { filter: "completed" });
    expect(listed.data.map(({ id }) => id)).toEqual([good.id]);
    const content = stores.files.content.bind(stores.files);
    const update = stores.files.update.bind(stores.files);
    const place = [store.id, good.id] as const;
    const [page] = (await inStore(sdk, content, place, {})).data;
    expect(page?.text).toBe(REFUND);
    const attributes = { lang: "en" };
    const updated = await inStore(sdk, update, place, { attributes });
    expect(updated.attributes).toEqual(attributes);
    const filters = { type: "eq" as const, key: "lang", value: "en" };
    const found = await stores.search(store.id, { query: "refund", filters });
    expect(found.data.map(({ filename }) => filename)).toEqual(["refunds.txt"]);
    const gone = await del(
      stores.files,
      ...(sdk.major === 4 ? place : [good.id, { vector_store_id: store.id }]),
    );
    expect(gone).toMatchObject({ id: good.id, deleted: true });
    expect((await stores.files.list(store.id, { filter: "completed" })).data).toEqual([]);
  });

  it("lists, reads, changes and deletes files, stores and batches", async ({ expect }) => {
    const bench = open();
    const { files } = bench.client;
    const stores = storesOf(bench);
    const upload = (name: string) =>
      files.create({ purpose: "assistants", file: text(REFUND, name) });
    const [one, other] = [await upload("one.txt"), await upload("other.txt")];
    expect((await files.list({ limit: 1 })).data.map(({ id }) => id)).toEqual([other.id]);
    expect(await (await files.content(one.id)).text()).toBe(REFUND);
    if (sdk.major === 4) {
      // Of the fourth major alone, and old then.
      const old: unknown = Reflect.get(files, "retrieveContent");
      const read: unknown =
        typeof old === "function" ? await Reflect.apply(old, files, [one.id]) : null;
      expect(read).toBe(REFUND);
    }
    expect((await files.waitForProcessing(one.id)).status).toBe("processed");
    const { id } = await stores.create({ name: "First" });
    expect((await stores.update(id, { name: "Second" })).name).toBe("Second");
    expect((await stores.retrieve(id)).name).toBe("Second");
    expect((await stores.list({ limit: 1 })).data.map((store) => store.id)).toEqual([id]);
    const { fileBatches: batches } = stores;
    const batch = await batches.createAndPoll(id, { file_ids: [one.id, other.id] });
    expect(batch.file_counts).toMatchObject({ completed: 2, total: 2 });
    const place = [id, batch.id] as const;
    const listed = await inStore(sdk, batches.listFiles.bind(batches), place, {});
    expect(listed.data.map((file) => file.id).toSorted()).toEqual([one.id, other.id].toSorted());
    const cancelled = await inStore(sdk, batches.cancel.bind(batches), place, {});
    expect(cancelled.status).toBe("completed");
    expect(await del(stores, id)).toMatchObject({ id, deleted: true });
    await expect(stores.retrieve(id)).rejects.toMatchObject({ status: 404 });
    expect(await del(files, one.id)).toMatchObject({ id: one.id, deleted: true });
    await expect(files.retrieve(one.id)).rejects.toMatchObject({ status: 404 });
  });

  it("shows an image of the project to the model, and lists it back", async ({ expect }) => {
    const bench = open();
    const { client } = bench;
    const file = await client.files.create({
      purpose: "vision",
      file: new File([new Uint8Array(PNG)], "dot.png", { type: "image/png" }),
    });
    const thread = await client.beta.threads.create({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is on this image?" },
            { type: "image_file", image_file: { file_id: file.id, detail: "low" } },
          ],
        },
      ],
    });
    const [message] = await bench.listed(thread.id);
    expect(message?.content[1]).toEqual({
      type: "image_file",
      image_file: { file_id: file.id, detail: "low" },
    });
    const run = await client.beta.threads.runs.createAndPoll(thread.id, {
      assistant_id: bench.assistantId,
    });
    expect(run.status).toBe("completed");
    expect(textOf((await bench.listed(thread.id)).at(-1))).toBe("I see true.");
  });
}
