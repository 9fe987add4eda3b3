/**
 * A round of chaos: people at threads, a server that is killed under them again and again, and then
 * the audit. Everything goes through the public API; the model is the offline provider.
 *
 * Proves what a dying process may do to acknowledged work. Does not prove power loss, nor what
 * Cloudflare's own machines do: the processes here share one disk that survives.
 */
import { setTimeout as pause } from "node:timers/promises";

import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { apiClient } from "../support/api-client.ts";
import { temporaryStateDir } from "../support/local-server.ts";
import { startReceiver } from "../support/webhook-receiver.ts";
import { Audit } from "./audit.ts";
import type { Tally } from "./audit.ts";
import { openLedger } from "./effect-ledger.ts";
import type { EffectLedger } from "./effect-ledger.ts";
import { KilledServer } from "./killed-server.ts";
import { checkNotices } from "./notices.ts";
import { Random } from "./random.ts";
import { measureRecovery } from "./recovery.ts";
import type { Recovery } from "./recovery.ts";
import { RunDriver } from "./run-driver.ts";
import { RunStory } from "./run-story.ts";
import { StubbornClient } from "./stubborn-client.ts";
import { ThreadActor } from "./thread-actor.ts";
import { Violations } from "./violations.ts";

export interface ChaosOptions {
  seed: number;
  kills: number;
  threads: number;
  log: (line: string) => void;
  /** Reads the journals that are left, and says how many; see `page-readers.ts`, which needs Vite's imports. */
  readJournals?: (
    stateDir: string,
    stories: readonly RunStory[],
    violations: Violations,
  ) => Promise<number>;
}

export interface ChaosReport {
  kills: number;
  violations: Violations;
  tally: Tally & {
    /** Webhook posts that came again under their id. */
    noticesRepeated: number;
    /** Journals that pages of three majors of `ai` were told. */
    journals: number;
  };
  retries: number;
  recoveries: Recovery[];
}

/** Between a server's being ready and its next death; zero hits it while it takes runs up again. */
const LIFE_MS = { least: 0, most: 5000 } as const;
/** One start in so many is `npm run dev`, the others `npm start`. */
const DEV_CHANCE = 0.1;
/** A kill with its restart, on a busy machine; whoever waits longer than all of them is stuck. */
const KILL_MS = 30_000;
const DRAIN_MS = 180_000;
/** Runs that nobody asks about until they have ended. */
const UNATTENDED_CHANCE = 0.3;

/** What the server is started among. */
interface Stage {
  server: KilledServer;
  ledger: EffectLedger;
  receiver: Awaited<ReturnType<typeof startReceiver>>;
}

/** Who acts in the round, and what they left behind. */
interface Cast {
  client: StubbornClient;
  driver: RunDriver;
  violations: Violations;
  actors: ThreadActor[];
  unattended: RunStory[];
}

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const random = new Random(options.seed);
  const state = await temporaryStateDir();
  const ledger = await openLedger(random.fork());
  const receiver = await startReceiver();
  const server = await KilledServer.start(state.dir, { ALLOW_LOOPBACK: "true" });
  const stage = { server, ledger, receiver };
  try {
    const cast = await assemble(options, random, stage);
    await play(options, random, stage, cast);
    options.log("all runs have ended; auditing");
    const report = await takeStock(stage, cast);
    await server.stop();
    report.tally.journals =
      (await options.readJournals?.(state.dir, storiesOf(cast), cast.violations)) ?? 0;
    return report;
  } finally {
    await server.stop();
    await ledger.close();
    await receiver.close();
    await state.remove();
  }
}

async function assemble(
  { kills, threads }: ChaosOptions,
  random: Random,
  { server, ledger, receiver }: Stage,
): Promise<Cast> {
  const violations = new Violations();
  const client = new StubbornClient(server, AbortSignal.timeout(kills * KILL_MS + DRAIN_MS));
  receiver.trust(await makeWebhook(server.url, receiver.url));
  const toolId = await makeTool(client, ledger.url);
  const newDriver = () => new RunDriver(client, toolId, violations, random.fork());
  const actors = Array.from({ length: threads }, (_, index) => {
    const parts = { client, violations, random: random.fork(), driver: newDriver() };
    return new ThreadActor(`t${index}`, parts);
  });
  return { client, driver: newDriver(), violations, actors, unattended: [] };
}

/** Lets them act while the server dies again and again; resolves when all that they began has ended. */
async function play(
  { kills, log }: ChaosOptions,
  random: Random,
  { server }: Stage,
  { driver, violations, actors, unattended }: Cast,
): Promise<void> {
  const over = new AbortController();
  const acting = actors.map((actor) => survive(violations, () => actor.act(over.signal)));
  for (let kill = 1; kill <= kills; kill += 1) {
    await pause(random.between(LIFE_MS.least, LIFE_MS.most));
    if (random.chance(UNATTENDED_CHANCE)) {
      unattended.push(await startUnattended(driver, violations, unattended.length));
    }
    const death = await server.killAndRestart(random.chance(DEV_CHANCE) ? "dev" : "start");
    log(
      `kill ${kill} of ${kills}: down for ${Math.round((death.readyAt ?? 0) - death.killedAt)} ms`,
    );
  }
  await pause(LIFE_MS.most);
  over.abort();
  await Promise.all(acting);
}

async function takeStock(
  { server, ledger, receiver }: Stage,
  { client, driver, violations, actors, unattended }: Cast,
): Promise<ChaosReport> {
  const { deaths } = server;
  const audit = new Audit({ client, driver, ledger, deaths, violations });
  for (const story of unattended) {
    const { threadId, question } = story.plan;
    await survive(violations, async () => {
      await driver.watchFromAfar(threadId);
      await driver.follow(story);
      await audit.thread({ threadId, written: [question], stories: [story] });
    });
  }
  for (const actor of actors) {
    await survive(violations, async () => {
      await actor.runOnceMore();
      await audit.thread(actor);
    });
  }
  let noticesRepeated = 0;
  await survive(violations, async () => {
    const told = storiesOf({ actors, unattended });
    noticesRepeated = await checkNotices({ client, violations }, receiver.received, told);
  });
  return {
    kills: deaths.length,
    violations,
    tally: { ...audit.tally, noticesRepeated, journals: 0 },
    retries: client.retries,
    recoveries: measureRecovery(
      deaths,
      actors.flatMap((actor) => actor.stories),
    ),
  };
}

function storiesOf({ actors, unattended }: Pick<Cast, "actors" | "unattended">): RunStory[] {
  return [...actors.flatMap((actor) => actor.stories), ...unattended];
}

/** Whoever gets no answer, or one that cannot be, is a finding and not the end of the round. */
async function survive(violations: Violations, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    violations.add("stuck", error instanceof Error ? (error.stack ?? error.message) : "unknown");
  }
}

async function startUnattended(
  driver: RunDriver,
  violations: Violations,
  index: number,
): Promise<RunStory> {
  const text = (kind: string) => `unattended ${kind} ${index}`;
  const story = new RunStory(
    {
      threadId: `unattended-${index}`,
      question: text("question"),
      answer: `${text("answer")} in a few more words than that`,
      conflict: "queue",
    },
    violations,
  );
  await driver.leave(story);
  return story;
}

/** @returns The secret that its posts are signed with. */
async function makeWebhook(serverUrl: string, url: string): Promise<string> {
  const made = await apiClient(serverUrl).post("/webhooks", { url });
  return z.object({ secret: z.string() }).parse(await made.json()).secret;
}

/** A tool with an outside effect before its answer. */
async function makeTool(client: StubbornClient, effectUrl: string): Promise<string> {
  const actions = [
    { name: "INPUT", type: "input" },
    { name: "EFFECT", type: "curl", spec: { method: "POST", url: effectUrl, body: {} } },
    { name: "HISTORY", type: "thread" },
    {
      name: "MODEL_CALL",
      type: "chat",
      spec: { messages: "{{ HISTORY.messages }}" },
      config: { provider_id: "offline" },
    },
    { name: "OUTPUT", type: "output" },
  ];
  const path = `/p/${DEMO.projectId}/a`;
  const reply = await client.json({ method: "POST", path, body: { name: "chaos", actions } });
  return z.object({ tool: z.object({ id: z.string() }) }).parse(reply).tool.id;
}
