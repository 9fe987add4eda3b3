/**
 * One walk through the Assistants with an SDK as it is, in JavaScript that any Node runs:
 * `node on-other-node.mjs MAJOR BASE_URL KEY ASSISTANT`. Prints what it found as JSON.
 */
import { createReadStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";

const [major, baseURL, apiKey, assistantId] = process.argv.slice(2);
const { default: OpenAI } = await import(`openai-${major}`);
const client = new OpenAI({ baseURL, apiKey });
const { threads } = client.beta;
const isFourth = major === "4";

async function ask(content) {
  return threads.create({ messages: [{ role: "user", content }] });
}

async function stream() {
  const thread = await ask("Hi");
  let streamed = "";
  const events = threads.runs.stream(thread.id, { assistant_id: assistantId });
  events.on("textDelta", ({ value }) => (streamed += value));
  await events.finalRun();
  return streamed;
}

async function callFunctions() {
  const thread = await ask("What is the weather?");
  let run = await threads.runs.createAndPoll(thread.id, { assistant_id: assistantId });
  const outputs = run.required_action.submit_tool_outputs.tool_calls.length;
  while (run.status === "requires_action") {
    const tool_outputs = run.required_action.submit_tool_outputs.tool_calls.map(({ id }) => ({
      tool_call_id: id,
      output: "12",
    }));
    run = isFourth
      ? await threads.runs.submitToolOutputsAndPoll(thread.id, run.id, { tool_outputs })
      : await threads.runs.submitToolOutputsAndPoll(run.id, { thread_id: thread.id, tool_outputs });
  }
  return { outputs, status: run.status };
}

async function list() {
  const messages = ["1", "2", "3", "4", "5"].map((content) => ({ role: "user", content }));
  const thread = await threads.create({ messages });
  let listed = 0;
  for await (const _ of threads.messages.list(thread.id, { limit: 2 })) {
    listed += 1;
  }
  return listed;
}

async function search() {
  const dir = await mkdtemp(path.join(tmpdir(), "bobbin-node-"));
  try {
    const place = path.join(dir, "decline.txt");
    await writeFile(place, "A refund takes five days.");
    const file = await client.files.create({
      purpose: "assistants",
      file: createReadStream(place),
    });
    const store = await client.vectorStores.create({});
    const { status } = await client.vectorStores.files.createAndPoll(store.id, {
      file_id: file.id,
    });
    const { data } = await client.vectorStores.search(store.id, { query: "refund" });
    return { uploaded: status, cited: data.map(({ filename }) => filename) };
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function meetError() {
  try {
    return await threads.retrieve("thread_none");
  } catch (error) {
    return [error.status, error.constructor.name];
  }
}

const streamed = await stream();
const found = { streamed, ...(await callFunctions()), listed: await list(), ...(await search()) };
process.stdout.write(JSON.stringify({ ...found, refused: await meetError() }));
