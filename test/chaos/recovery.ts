/** How long after a restart the runs that were cut off go on: from what their readers were told. */
import type { Death } from "./killed-server.ts";
import type { RunStory } from "./run-story.ts";

export interface Recovery {
  /** Runs that had begun to tell and had not ended. */
  cutOff: number;
  /** From the kill to the server's serving again. Milliseconds. */
  downMs: number;
  /** From the start of the new server's processes until the last of them told something new. */
  fromStartMs: number;
  /** The same from its serving. */
  fromReadyMs: number;
}

/** One for each death after which all went on before the next. */
export function measureRecovery(
  deaths: readonly Death[],
  stories: readonly RunStory[],
): Recovery[] {
  return deaths.flatMap(({ killedAt, restartedAt, readyAt }, index) => {
    const next = deaths[index + 1]?.killedAt ?? Infinity;
    const cutOff = stories.filter(
      ({ toldAt, endedAt }) =>
        (toldAt[0] ?? Infinity) < killedAt && (endedAt ?? Infinity) > killedAt,
    );
    const goingAt = cutOff.map(({ toldAt }) => toldAt.find((at) => at > killedAt) ?? Infinity);
    const lastAt = Math.max(...goingAt);
    return readyAt === null || cutOff.length === 0 || lastAt > next
      ? []
      : [
          {
            cutOff: cutOff.length,
            downMs: readyAt - killedAt,
            fromStartMs: lastAt - restartedAt,
            fromReadyMs: Math.max(0, lastAt - readyAt),
          },
        ];
  });
}
