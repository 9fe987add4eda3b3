import { RUN } from "./limits";

/** A Worker has one thread: who computes for long pauses here, so that other requests get their turn. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** A pause after work on a text of this length, where the work on it takes a while. */
export async function pauseAfter(chars: number): Promise<void> {
  if (chars > RUN.valueCharsPerTurn) {
    await yieldToEventLoop();
  }
}
