/** A Worker has one thread: who computes for long pauses here, so that other requests get their turn. */
export function letOthersWork(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
