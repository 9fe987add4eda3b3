/** A round in a few lines, the verdict last. */
import type { ChaosReport } from "./chaos.ts";
import { PROMISES } from "./violations.ts";

export function inFigures({ kills, violations, tally, retries, recoveries }: ChaosReport): string {
  const { runs, succeeded, stopped, givenUp, messages, events, resets } = tally;
  const { effectsRepeated, noticesRepeated, journals } = tally;
  return [
    `${runs} runs: ${succeeded} succeeded, ${stopped} stopped, ${givenUp} given up after a second death, alone`,
    `${messages} messages, ${events} events, ${resets} resets, ${retries} requests sent again, ${effectsRepeated} effects and ${noticesRepeated} webhooks repeated under their id`,
    `${journals} journals read by ai 5, 6 and 7 as their pages are told them`,
    `down after a kill: ${of(recoveries.map(({ downMs }) => downMs))}`,
    `all cut-off runs going again (${recoveries.length} kills): ${of(recoveries.map(({ fromStartMs }) => fromStartMs))} from the start of the server, ${of(recoveries.map(({ fromReadyMs }) => fromReadyMs))} from its being ready`,
    `${kills} kills: ${PROMISES.map((promise) => `${violations.count(promise)} ${promise}`).join(", ")}`,
  ].join("\n");
}

function of(figures: readonly number[]): string {
  return `median ${at(figures, 0.5)}, most ${at(figures, 1)} ms`;
}

function at(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
}
