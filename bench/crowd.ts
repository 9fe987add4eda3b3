/**
 * `npm run bench:crowd -- STREAMS TOKENS DELAY_MS` (1000, 50, 20): so many streams at once on a server of its own, each
 * of a thread that is new, and each held byte for byte against what it was told to say and against the
 * message that the thread keeps.
 */
import process from "node:process";

import { runCommand } from "../scripts/local/command.ts";
import { DEMO } from "../scripts/local/demo-project.ts";
import { type CrowdReport, streamCrowd } from "./exact-streams.ts";
import { withServer } from "./served.ts";

const [streams = 1000, tokens = 50, delayMs = 20] = process.argv.slice(2).map(Number);

await runCommand(async () => {
  await withServer(async ({ url }) => {
    const report = await streamCrowd({ url, ...DEMO }, { streams, tokens, delayMs });
    print(report);
    process.exitCode = report.faults.length === 0 ? 0 : 1;
  });
});

function print({ faults, firstMs, lateMs, refused, seconds }: CrowdReport): void {
  console.log(
    `${streams} streams of ${tokens} tokens, ${delayMs} ms apart: ${seconds.toFixed(1)} s`,
  );
  console.log(`first token ms   ${spread(firstMs)}`);
  console.log(`end behind the model's, ms   ${spread(lateMs)}`);
  console.log(`refused with 503 and a time to come back: ${refused}`);
  console.log(`not as they must be: ${faults.length}`);
  for (const fault of faults.slice(0, 20)) {
    console.log(`  ${fault}`);
  }
}

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(0);
  return `p50 ${at(0.5)}  p95 ${at(0.95)}  most ${at(1)}`;
}
