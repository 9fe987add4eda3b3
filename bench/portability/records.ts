/** Records of a project as any export has them, one line after the other. */
import { randomUUID } from "node:crypto";

export const THREAD_MESSAGES = 100;
export const USERS = 10;
const FILE_BYTES = 2000;
const TIME_MS = 1_700_000_000_000;

/** A file and its piece is one item; the messages of a thread name one of the files. */
export function* portableRecords(messages: number, files: number): Generator<string> {
  const base64 = Buffer.alloc(FILE_BYTES, "bobbin ").toString("base64");
  const ids = Array.from({ length: files }, () => randomUUID());
  for (const [n, id] of ids.entries()) {
    const known = { name: `${n}.txt`, mime_type: "text/plain", size: FILE_BYTES };
    yield (
      line({ type: "file", id, ...known, created_at_ms: TIME_MS }) + line({ type: "bytes", base64 })
    );
  }
  const content =
    "How does a bobbin keep its thread? It winds it, turn by turn. 答案在此。 ".repeat(6);
  for (let n = 0; n < messages; n += 1) {
    const thread = Math.floor(n / THREAD_MESSAGES);
    const created_at_ms = TIME_MS + n;
    if (n % THREAD_MESSAGES === 0) {
      const end_user_id = `user-${thread % USERS}`;
      yield line({ type: "thread", id: `t-${thread}`, created_at_ms, end_user_id });
    }
    yield line({
      type: "message",
      thread_id: `t-${thread}`,
      id: `m-${n}`,
      role: n % 2 === 0 ? "user" : "assistant",
      content: `${n}: ${content}`,
      created_at_ms,
      ...(n % THREAD_MESSAGES === 0 && { file_ids: [ids[thread % files]] }),
    });
  }
}

function line(record: object): string {
  return `${JSON.stringify(record)}\n`;
}
