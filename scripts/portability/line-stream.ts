import { createReadStream } from "node:fs";

import { UserError } from "../local/settings.ts";

const LINE_END = 10;
/** The server's own limit of a line is 8 MiB; a line that is longer is none of Bobbin's. */
const LINE_MAX_BYTES = 16 * 1024 * 1024;

/** Lines with their ends, never more of them held than one; a last one without an end as it is. */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  let open: Buffer[] = [];
  let openBytes = 0;
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, from)) {
      const last = bytes.subarray(from, end + 1);
      yield open.length === 0 ? last : Buffer.concat([...open, last]);
      [open, openBytes, from] = [[], 0, end + 1];
    }
    open.push(bytes.subarray(from));
    openBytes += bytes.byteLength - from;
    if (openBytes > LINE_MAX_BYTES) {
      throw new Error(`a line is longer than ${LINE_MAX_BYTES} bytes`);
    }
  }
  if (openBytes > 0) {
    yield Buffer.concat(open);
  }
}

/** Lines of a file from this byte on. */
export async function* linesOfFile(file: string, start = 0): AsyncGenerator<Buffer> {
  const lines = linesOf(createReadStream(file, { start }));
  try {
    for (;;) {
      const next = await lines.next().catch((error: unknown) => {
        throw unreadable(file, error);
      });
      if (next.done === true) {
        return;
      }
      yield next.value;
    }
  } finally {
    await lines.return(undefined);
  }
}

function unreadable(file: string, error: unknown): UserError {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  const why = typeof code === "string" ? code : error instanceof Error ? error.message : "";
  return new UserError(
    `${file} cannot be read (${why}): name a file that a backup has written, and that may be read.`,
    { cause: error },
  );
}

/** What a line says that it is; empty for one that says nothing. */
export function typeOf(line: Buffer): string {
  return /^\{"type":"([a-z_]+)"/.exec(line.toString("latin1", 0, 40))?.[1] ?? "";
}

export function isWhole(line: Buffer): boolean {
  return line.at(-1) === LINE_END;
}
