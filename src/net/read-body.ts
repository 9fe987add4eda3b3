import { ActionFailure } from "../domain/action-failure";
import { joinBytes } from "../domain/bytes";

/** Reads a body to its end or up to the limit, beyond which the rest is cancelled unread. */
export async function readBody(
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  // The answer to a HEAD tells the length of a body that it does not have.
  if (!response.body) {
    return new Uint8Array();
  }
  if (Number(response.headers.get("content-length") ?? 0) > maxBytes) {
    void response.body.cancel();
    throw tooLarge(maxBytes);
  }
  const reader = response.body.getReader();
  // A body that trickles keeps its read pending: cancelling is what ends that read.
  const stop = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  try {
    // It may have aborted between the headers and here, and will not tell again.
    signal.throwIfAborted();
    return await readUpTo(reader, maxBytes, signal);
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

async function readUpTo(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    signal.throwIfAborted();
    if (done) {
      return joinBytes(chunks);
    }
    length += value.byteLength;
    if (length > maxBytes) {
      throw tooLarge(maxBytes);
    }
    chunks.push(value);
  }
}

function tooLarge(maxBytes: number): ActionFailure {
  return new ActionFailure("response_too_large", `The response is larger than ${maxBytes} bytes.`);
}
