/** A short round of `npm run chaos`: see `test/chaos/chaos.ts` for what it proves and what not. */
import { randomInt } from "node:crypto";

import { expect, it } from "vitest";

import { runChaos } from "../chaos/chaos.ts";
import { inFigures } from "../chaos/figures.ts";
import { readAsPages } from "../chaos/page-readers.ts";

/** Five restarts and what runs have to catch up on, on a machine that is busy with other tests. */
const WITHIN_MS = 600_000;

it(
  "loses, repeats, reorders and holds up nothing when it is killed five times under load",
  async () => {
    const seed = randomInt(2 ** 31);
    const round = { seed, kills: 5, threads: 4, log: () => {} };
    const report = await runChaos({ ...round, readJournals: readAsPages });
    expect(report.violations.found, `CHAOS_SEED=${seed}\n${inFigures(report)}`).toEqual([]);
    expect(report.tally.succeeded).toBeGreaterThan(0);
    expect(report.tally.journals).toBe(report.tally.runs);
  },
  WITHIN_MS,
);
