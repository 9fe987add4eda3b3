const BROKEN = { done: true, value: undefined } as const;

/**
 * The lines of a text stream as they come, those of one chunk together, without their line ends; the
 * last one only where it is complete. Ends when the stream does, be it that it breaks, and when the
 * signal aborts.
 */
export async function* readLines(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string[]> {
  const reader = stream.getReader();
  const stop = (): void => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  const decoder = new TextDecoder();
  /** Pieces of the line that is not complete yet. */
  let open: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => BROKEN);
      if (done) {
        return;
      }
      const [first = "", ...others] = decoder.decode(value, { stream: true }).split("\n");
      open.push(first);
      const last = others.pop();
      if (last !== undefined) {
        yield [open.join(""), ...others];
        open = [last];
      }
    }
  } finally {
    signal.removeEventListener("abort", stop);
    // Whoever stops listening lets the object know.
    stop();
  }
}
