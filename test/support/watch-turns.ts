/** How a piece of work shares its isolate: the turns that others got meanwhile, and the longest wait between two. */
export interface SharedWork {
  /** What the work has thrown, null where it has not. */
  failure: unknown;
  turns: number;
  /** An upper bound on a busy machine. */
  longestMs: number;
  totalMs: number;
}

export async function watchTurns(work: () => Promise<unknown>): Promise<SharedWork> {
  let turns = 0;
  let longestMs = 0;
  const started = performance.now();
  let last = started;
  const note = () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    turns += 1;
  };
  const watch = setInterval(note, 0);
  const failure = await work().then(
    () => null,
    (error: unknown) => error,
  );
  clearInterval(watch);
  note();
  return { failure, turns, longestMs, totalMs: last - started };
}
