/** `npm run import -- openai DIR`: the example folder, twice, read back by OpenAI's own SDK under its old ids. */
import { execFile } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { promisify } from "node:util";

import OpenAI from "openai-6";
import { afterAll, beforeAll, it } from "vitest";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { root } from "../../scripts/local/settings.ts";
import { type LocalServer, startServer, temporaryStateDir } from "../support/local-server.ts";

const ASSISTANT = "asst_abc123TutorOfLooms";
const THREAD = "thread_Loom1";

let server: LocalServer;
let client: OpenAI;
let state: Awaited<ReturnType<typeof temporaryStateDir>>;

beforeAll(async () => {
  state = await temporaryStateDir();
  server = await startServer({ script: "start", stateDir: state.dir });
  client = new OpenAI({ apiKey: DEMO.key, baseURL: `${server.url}/openai/v1` });
});
afterAll(async () => {
  await server.stop();
  await state.remove();
});

async function importFolder(folder: string, ...more: string[]) {
  const command = ["scripts/import.ts", "openai", folder, "--url", server.url, ...more];
  const { stdout } = await promisify(execFile)(process.execPath, command, {
    cwd: root,
    env: { ...process.env, BOBBIN_KEY: DEMO.key },
  });
  return stdout;
}

it("takes an export, says what it leaves out, and is called again without harm", async ({
  expect,
}) => {
  const folder = path.join("examples", "openai-export");
  expect(await importFolder(folder, "--dry-run")).not.toContain("Imported");
  await expect(client.beta.threads.retrieve(THREAD)).rejects.toMatchObject({ status: 404 });
  const first = await importFolder(folder, "--provider", "offline");
  expect(first).toContain("Found 1 assistants, 2 threads, 3 messages, 1 files.");
  for (const left of [
    "thread.run run_abcFirst",
    "file-abcLost (loom.png)",
    "file_search of asst",
  ]) {
    expect(first).toContain(left);
  }
  expect(await importFolder(folder, "--provider", "offline")).toContain("Imported");
});

it("says what to do where there is nothing to import, and which provider there is", async ({
  expect,
}) => {
  const { dir, remove } = await temporaryStateDir();
  await expect(importFolder(dir)).rejects.toThrow(`There is nothing to import in ${dir}: name`);
  await expect(importFolder(path.join(dir, "no"))).rejects.toThrow("name the one with the export");
  await expect(importFolder(dir, "--provider", "mine")).rejects.toThrow(
    '--provider is "mine"; it must be one of openai',
  );
  await remove();
});

it("keeps ids, times and who wrote what", async ({ expect }) => {
  const { threads, assistants } = client.beta;
  const { data } = await threads.messages.list(THREAD, { order: "asc" });
  expect(data.map(({ id, created_at }) => [id, created_at])).toEqual([
    ["msg_q1", 1_721_600_100],
    ["msg_a1", 1_721_600_102],
  ]);
  expect((await threads.retrieve(THREAD)).created_at).toBe(1_721_600_100);
  const ofRun = await threads.messages.list(THREAD, { run_id: "run_abcFirst" });
  expect(ofRun.data.map(({ id }) => id)).toEqual(["msg_a1"]);
  expect(await assistants.retrieve(ASSISTANT)).toMatchObject({
    name: "Tutor",
    created_at: 1_721_600_000,
    instructions: "You explain looms. {{ This is no template. }}",
    metadata: { team: "support" },
    temperature: 0.3,
  });
  const [picture] = (await threads.messages.list("thread_Pictures")).data;
  expect(picture?.content.map(({ type }) => type)).toEqual(["text", "image_url", "text"]);
  const file = await client.files.content("file-abcNotes");
  expect(await file.text()).toBe("A bobbin holds a loom's thread.\n");
});

it("goes on with an old thread and an old assistant under the ids that an app has stored", async ({
  expect,
}) => {
  const { threads, assistants } = client.beta;
  await threads.messages.create(THREAD, { role: "user", content: "And a shuttle?" });
  const run = await threads.runs.createAndPoll(THREAD, { assistant_id: ASSISTANT });
  expect(run.status).toBe("completed");
  const changed = await assistants.update(ASSISTANT, { name: "Loom tutor" });
  expect(changed.id).toBe(run.assistant_id);
  await expect(threads.runs.create(THREAD, { assistant_id: "asst_never" })).rejects.toMatchObject({
    status: 404,
    message: "404 No assistant found with id 'asst_never'.",
  });
});
