/**
 * `npm run demo`: the main job against a running server: a thread, a file, a message, a run told
 * token by token, and the thread read back. BOBBIN_URL, BOBBIN_KEY, BOBBIN_PROJECT and BOBBIN_TOOL,
 * all four together, name another server than the local one and a tool there.
 */
import process from "node:process";

import * as z from "zod";

import { runCommand } from "./local/command.ts";
import { DEMO } from "./local/demo-project.ts";
import { nothingAnswers } from "./local/nothing-answers.ts";
import { addressOf, readSettings, UserError } from "./local/settings.ts";

const { server, key, projectId, toolId } = await runCommand(readTarget);
const tool = `/p/${projectId}/a/${toolId}`;

/** The demo's tool runs on the offline provider, which would tell its answer all at once. */
const CONFIG = toolId === DEMO.toolId ? { MODEL_CALL: { offline: { delay_ms: 50 } } } : {};

const Thread = z.object({ id: z.string() });
const Upload = z.object({ fileId: z.string() });
const Messages = z.object({
  list: z.array(z.object({ role: z.string(), content: z.string() })),
});
const StreamEvent = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("tokens"),
    content: z.object({ tokens: z.object({ text: z.string() }) }),
  }),
  z.object({
    type: z.literal("run_status"),
    content: z.object({ status: z.string(), run_id: z.string() }),
  }),
  z.object({
    type: z.enum([
      "block_status",
      "block_execution",
      "function_call",
      "function_call_arguments_tokens",
      "reset",
      "error",
      "final",
    ]),
    content: z.unknown(),
  }),
]);

await runCommand(async () => {
  await requireTool();
  const thread = Thread.parse(await post("/threads", { metadata: { from: "npm run demo" } }));
  console.log(`Thread   ${thread.id}`);

  const form = new FormData();
  const notes = "Bobbin keeps threads, messages and files, and runs tools on them.\n";
  form.set("file", new Blob([notes], { type: "text/plain" }), "notes.txt");
  const { fileId } = Upload.parse(
    await (await call("/files", { method: "POST", body: form })).json(),
  );
  console.log(`File     ${fileId}`);

  const question = { role: "user", content: "What does Bobbin keep?", file_ids: [fileId] };
  await post(`/threads/${thread.id}/messages`, question);
  console.log(`Message  ${question.content}`);

  process.stdout.write("Run      ");
  await streamRun(thread.id);

  const { list } = Messages.parse(
    await (await call(`/threads/${thread.id}/messages?order=asc`)).json(),
  );
  console.log(`\nThe thread now holds ${list.length} messages:`);
  for (const { role, content } of list) {
    console.log(`  ${role.padEnd(9)}  ${content}`);
  }
});

/** The local server and its demo tool, or all of another. */
function readTarget() {
  const given = ["BOBBIN_URL", "BOBBIN_KEY", "BOBBIN_PROJECT", "BOBBIN_TOOL"].map((name) => ({
    name,
    value: process.env[name] ?? "",
  }));
  const missing = given.filter(({ value }) => value === "").map(({ name }) => name);
  if (missing.length === given.length) {
    return { server: addressOf(readSettings()), ...DEMO };
  }
  if (missing.length > 0) {
    throw new UserError(
      `For another server than the local one all four are needed: BOBBIN_URL, BOBBIN_KEY, BOBBIN_PROJECT, BOBBIN_TOOL. ` +
        `Missing: ${missing.join(", ")}.`,
    );
  }
  const [url, secret, project, id] = given.map(({ value }) => value);
  if (!URL.canParse(url ?? "")) {
    throw new UserError(
      `BOBBIN_URL is "${url}"; it must be an address, like https://chat.example.com`,
    );
  }
  return { server: (url ?? "").replace(/\/+$/, ""), key: secret, projectId: project, toolId: id };
}

/** Before anything is made: a wrong key, project or tool is said by the name of its variable. */
async function requireTool(): Promise<void> {
  const reply = await request(tool);
  await reply.body?.cancel();
  if (reply.status === 401 || reply.status === 403) {
    throw new UserError(
      `${server} does not take BOBBIN_KEY, or not for BOBBIN_PROJECT ${projectId}.`,
    );
  }
  if (!reply.ok) {
    throw new UserError(
      `${server} has no tool ${toolId} in project ${projectId} (it answers ${reply.status}): see BOBBIN_PROJECT and BOBBIN_TOOL.`,
    );
  }
}

async function streamRun(threadId: string): Promise<void> {
  const response = await call(
    `${tool}/r`,
    json({ thread_id: threadId, stream: true, config: CONFIG }),
  );
  let status = "";
  for await (const data of eventsOf(response)) {
    const event = StreamEvent.parse(JSON.parse(data));
    if (event.type === "tokens") {
      process.stdout.write(event.content.tokens.text);
    } else if (event.type === "run_status") {
      status = event.content.status;
    } else if (event.type === "error") {
      throw new UserError(`The run could not begin: ${JSON.stringify(event.content)}`);
    }
  }
  console.log(`\n         ${status}`);
}

/** The data of each event of a `text/event-stream`, as it comes. */
async function* eventsOf(response: Response): AsyncGenerator<string> {
  let rest = "";
  const text = response.body?.pipeThrough(new TextDecoderStream()) ?? [];
  for await (const chunk of text) {
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines.filter((line) => line.startsWith("data: ")).map((line) => line.slice(6));
  }
}

async function post(path: string, body: object): Promise<unknown> {
  return (await call(path, json(body))).json();
}

function json(body: object): RequestInit {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
}

/** A reply that is not 2xx ends the demo with what the server said. */
async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await request(path, init);
  if (!response.ok) {
    throw new UserError(
      `${init.method ?? "GET"} ${response.url}: ${response.status} ${await response.text()}`,
    );
  }
  return response;
}

async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("Authorization", `Bearer ${key}`);
  try {
    return await fetch(`${server}/api/sdk${path}`, { ...init, headers });
  } catch (error) {
    throw nothingAnswers(server, error);
  }
}
