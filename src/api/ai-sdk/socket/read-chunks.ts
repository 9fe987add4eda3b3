/** The stream of a chat's run, read back into its chunks. */
import type { Chunk } from "../encoder/chunks";

export interface NumberedChunk {
  /** In its run; null where it has none. */
  id: number | null;
  chunk: Chunk;
}

/** What has come together. Ends at `[DONE]`; returns whether that came. */
export async function* readChunks(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<NumberedChunk[], boolean> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of body) {
    const frames = (rest + decoder.decode(bytes, { stream: true })).split("\n\n");
    rest = frames.pop() ?? "";
    const read = frames.map(readFrame);
    yield read.filter((one) => one !== null && one !== "done");
    if (read.includes("done")) {
      return true;
    }
  }
  return false;
}

/** Null for a comment. */
function readFrame(frame: string): NumberedChunk | "done" | null {
  const [, id = null, data = ""] = FRAME.exec(frame) ?? [];
  if (data === "[DONE]") {
    return "done";
  }
  return data === "" ? null : { id: id === null ? null : Number(id), chunk: JSON.parse(data) };
}

const FRAME = /^(?:id: (\d+)\n)?data: (.*)$/;
