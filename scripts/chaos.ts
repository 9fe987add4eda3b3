/**
 * `npm run chaos`: kills a server of its own 50 times under load and holds it to its promises.
 * CHAOS_KILLS, CHAOS_THREADS and CHAOS_SEED choose another round. Exit code 1 for any promise broken.
 */
import { randomInt } from "node:crypto";
import process from "node:process";

import { runChaos } from "../test/chaos/chaos.ts";
import { inFigures } from "../test/chaos/figures.ts";
import { runCommand } from "./local/command.ts";
import { UserError, quietPlatform } from "./local/settings.ts";

const MAX_SEED = 2 ** 31;

await runCommand(async () => {
  quietPlatform();
  const options = {
    seed: whole("CHAOS_SEED", randomInt(MAX_SEED)),
    kills: whole("CHAOS_KILLS", 50),
    threads: whole("CHAOS_THREADS", 8),
    log: (line: string) => console.log(line),
  };
  console.log(`CHAOS_SEED=${options.seed}: ${options.kills} kills, ${options.threads} threads`);
  const report = await runChaos(options);
  for (const { promise, what } of report.violations.found) {
    console.error(`${promise}: ${what}`);
  }
  console.log(inFigures(report));
  process.exit(report.violations.found.length === 0 ? 0 : 1);
});

function whole(name: string, otherwise: number): number {
  const text = process.env[name] ?? "";
  const value = text === "" ? otherwise : Number(text);
  if (!Number.isInteger(value) || value < 1 || value > MAX_SEED) {
    throw new UserError(`${name} is "${text}"; it must be a whole number from 1 to ${MAX_SEED}.`);
  }
  return value;
}
