/** Webhooks under kills: each run's end is told, under one id however often. */
import { setTimeout as pause } from "node:timers/promises";

import * as z from "zod";

import type { Received } from "../support/webhook-receiver.ts";
import type { RunStory } from "./run-story.ts";
import type { StubbornClient } from "./stubborn-client.ts";
import type { Violations } from "./violations.ts";

const Deliveries = z.object({ list: z.array(z.object({ id: z.string() })) });
const POLL_MS = 500;

/** Waits until nothing is left to deliver. @returns How many posts came more than once. */
export async function checkNotices(
  { client, violations }: { client: StubbornClient; violations: Violations },
  received: readonly Received[],
  stories: readonly RunStory[],
): Promise<number> {
  const path = "/webhooks/deliveries?status=pending&limit=1";
  while (Deliveries.parse(await client.json({ path })).list.length > 0) {
    await pause(POLL_MS);
  }
  for (const { runId } of stories) {
    const own = received.filter(({ notice }) => notice.data.run.run_id === runId);
    const ids = new Set(own.map(({ id }) => id));
    if (ids.size !== 1) {
      const what = `the end of run ${runId} was told under ${ids.size} ids`;
      violations.add(ids.size === 0 ? "lost" : "duplicated", what);
    }
  }
  return received.length - new Set(received.map(({ id }) => id)).size;
}
