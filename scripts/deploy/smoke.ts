/**
 * The whole of Bobbin once, against a deployment: a thread, a file up and down, a message, a run with
 * `code`, a stream and a cancel. The first thing that fails is said in words.
 */
import { setTimeout as sleep } from "node:timers/promises";

import * as z from "zod";

import { UserError } from "../local/settings.ts";

/** A new address has to get its name and its certificate first, a domain of one's own slower. */
const REACHABLE_WITHIN_MS = 5 * 60_000;
const LOOK_EVERY_MS = 2000;
/** A first look-up that fails is kept by resolvers: silence is not yet a failure. */
const ANSWER_WITHIN_MS = 30_000;

export interface SmokeTarget {
  /** The deployment's address, without a slash at its end. */
  url: string;
  projectId: string;
  key: string;
}

/** Says a line before each step; throws a UserError that names the step, its cause and the next step. */
export async function smoke(target: SmokeTarget, say: (line: string) => void): Promise<void> {
  await untilReachable(target.url, say);
  const world: World = { ...target, threadId: "", fileId: "", toolPath: "" };
  try {
    for (const { name, run, hint } of STEPS) {
      await step(name, hint, () => run(world));
      say(`  ${name}: right`);
    }
  } finally {
    await cleanUp(world);
  }
}

interface World extends SmokeTarget {
  threadId: string;
  fileId: string;
  toolPath: string;
}

interface Step {
  name: string;
  run: (world: World) => Promise<void>;
  /** What is most likely wrong where it fails. */
  hint: string;
}

const FILE_TEXT = "Bobbin was here.\n";
const WORDS = ["one", "two", "three"];
/** Long enough to be cancelled, however slow the way there is. */
const SLOW_WORD_MS = 20_000;

const TOOL = {
  name: "deploy_check",
  actions: [
    { name: "INPUT", type: "input" },
    { name: "CODE", type: "code", spec: { code: "() => 6 * 7" } },
    {
      name: "CHAT",
      type: "chat",
      spec: { messages: [{ role: "user", content: "It is {{ CODE }}." }] },
      config: { provider_id: "offline", offline: { text: WORDS.join(" ") } },
    },
    { name: "OUTPUT", type: "output", spec: { value: "{{ CODE }} {{ CHAT.message.content }}" } },
  ],
};

const Thread = z.object({ id: z.string() });
const Upload = z.object({ fileId: z.string() });
const Deployed = z.object({ tool: z.object({ id: z.string() }) });
const Message = z.object({ content: z.string() });
const Messages = z.object({ list: z.array(Message) });
const Started = z.object({ run_id: z.string() });
const Ended = z.object({
  run: z.object({
    status: z.object({ run: z.string() }),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    results: z.array(z.array(z.object({ value: Message }))).nullish(),
  }),
});

const STEPS: Step[] = [
  {
    name: "thread",
    hint: "The database does not take a write. Look at `npx wrangler tail`.",
    run: async (world) => {
      world.threadId = Thread.parse(await post(world, "/threads", {})).id;
    },
  },
  {
    name: "file up and down",
    hint: "The R2 bucket does not give back what it was given. See that R2 is enabled and that the Worker's binding FILES names the bucket.",
    run: async (world) => {
      const body = new FormData();
      body.set("file", new Blob([FILE_TEXT], { type: "text/plain" }), "deploy-check.txt");
      const reply = await call(world, "/files", { method: "POST", body });
      world.fileId = Upload.parse(await reply.json()).fileId;
      const back = await (await call(world, `/files/${world.fileId}/content`)).text();
      expectSame("the file", back, FILE_TEXT);
    },
  },
  {
    name: "message",
    hint: "The database does not give back what it was given. Look at `npx wrangler tail`.",
    run: async (world) => {
      const path = `/threads/${world.threadId}/messages`;
      const message = { role: "user", content: "Hello", file_ids: [world.fileId] };
      await post(world, path, message);
      const { list } = Messages.parse(await (await call(world, path)).json());
      expectSame("the messages", list.map(({ content }) => content).join(), message.content);
    },
  },
  {
    name: "run with code",
    hint: "If the run's error is about the sandbox, the account's Workers runtime lacks WebAssembly with promises: see that `compatibility_date` in wrangler.toml is as released. Else look at `npx wrangler tail`.",
    run: async (world) => {
      const made = await post(world, `/p/${world.projectId}/a`, TOOL);
      world.toolPath = `/p/${world.projectId}/a/${Deployed.parse(made).tool.id}/r`;
      const { run } = Ended.parse(
        await post(world, world.toolPath, { inputs: [{}], thread_id: world.threadId }),
      );
      if (run.status.run !== "succeeded") {
        throw new UserError(`the run ${run.status.run}: ${run.error?.message ?? "no error given"}`);
      }
      expectSame(
        "the result",
        run.results?.[0]?.[0]?.value.content ?? "none",
        `42 ${WORDS.join(" ")}`,
      );
    },
  },
  {
    name: "stream",
    hint: "Something between here and the Worker holds streams back or cuts them: try the workers.dev address.",
    run: async (world) => {
      const body = { inputs: [{}], stream: true, thread_id: world.threadId };
      const reply = await call(world, world.toolPath, json(body));
      const text = await reply.text();
      const events = [...text.matchAll(/^data: \{"type":"(\w+)"/gm)].map(([, type]) => type);
      expectSame("its last event", events.at(-1) ?? "none", "final");
      expectSame("a token", String(events.includes("tokens")), "true");
    },
  },
  {
    name: "cancel",
    hint: "The thread's Durable Object does not answer. Look at `npx wrangler tail`.",
    run: async (world) => {
      const started = await post(world, world.toolPath, {
        blocking: false,
        config: { CHAT: { offline: { text: "slow word", delay_ms: SLOW_WORD_MS } } },
        inputs: [{}],
        thread_id: world.threadId,
      });
      const runPath = `${world.toolPath}/${Started.parse(started).run_id}`;
      const { run } = Ended.parse(await post(world, `${runPath}/cancel`, {}));
      expectSame("the run's end", run.error?.code ?? run.status.run, "cancelled");
    },
  },
];

async function untilReachable(url: string, say: (line: string) => void): Promise<void> {
  const until = Date.now() + REACHABLE_WITHIN_MS;
  for (let tries = 0; ; tries += 1) {
    const reply = await fetch(`${url}/health`, {
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    if (reply instanceof Response && reply.ok) {
      return;
    }
    const why =
      reply instanceof Response
        ? `it answers ${reply.status}`
        : ((reply.cause instanceof Error ? reply.cause : reply).message ?? "no answer");
    if (Date.now() > until) {
      throw new UserError(
        `${url} does not serve Bobbin: ${why}. A new address may take some minutes more: deploy again then. ` +
          "If the Worker is reached elsewhere, say so: --url https://…",
      );
    }
    if (tries === 0) {
      say(`Waiting for ${url} (${why})`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

async function step(name: string, hint: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const why = inWords(error);
    throw new UserError(
      `The deployment is up, but its check fails at "${name}": ${why}\n${hint}\nTo go back to the Worker of before: npx wrangler rollback`,
      { cause: error },
    );
  }
}

/** What an error of a call comes to, also where its answer is another program's or breaks off. */
function inWords(error: unknown): string {
  if (error instanceof z.ZodError) {
    const issues = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    return `an answer is none of Bobbin's: ${issues.join("; ")}`;
  }
  if (error instanceof SyntaxError) {
    return `an answer is none of Bobbin's: ${error.message}`;
  }
  if (error instanceof TypeError) {
    const { cause } = error;
    return `the connection was cut: ${cause instanceof Error ? cause.message : error.message}`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** Whatever was made so far, as far as the deployment lets it be deleted; its project goes afterwards. */
async function cleanUp(world: World): Promise<void> {
  const made = [
    world.threadId && `/threads/${world.threadId}`,
    world.fileId && `/files/${world.fileId}`,
  ].filter((path) => path !== "");
  await Promise.allSettled(made.map((path) => call(world, path, { method: "DELETE" })));
}

function expectSame(what: string, actual: string, expected: string): void {
  if (actual !== expected) {
    throw new UserError(`${what} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
  }
}

async function post(world: World, path: string, body: object): Promise<unknown> {
  return (await call(world, path, json(body))).json();
}

function json(body: object): RequestInit {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
}

async function call({ url, key }: World, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("Authorization", `Bearer ${key}`);
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const reply = await fetch(`${url}/api/sdk${path}`, { ...init, headers, signal });
  if (!reply.ok) {
    throw new UserError(
      `${init.method ?? "GET"} ${path}: ${reply.status} ${(await reply.text()).trim()}`,
    );
  }
  return reply;
}
