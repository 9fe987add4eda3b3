/** Proves that a sender who falls silent, or who trickles, is given up, and that nobody else is. */
import { setTimeout as pause } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { BodyBudget } from "../../../src/api/shared/request/body-budget";
import { bodyChunks } from "../../../src/api/shared/request/body-watch";
import { readParts } from "../../../src/api/shared/request/multipart";
import { readJson } from "../../../src/api/shared/request/read-json";

const NEVER_MS = 60_000;
const STALLED = { failure: { kind: "body_stalled" } };

interface Sender {
  body: ReadableStream<Uint8Array>;
  /** Whether the reader has let go of it. */
  isLeft: () => boolean;
}

/** Sends the pieces with a pause before each but the first, and then nothing more, or the end. */
function sender(pieces: string[], pauseMs: number, ends: boolean): Sender {
  let left = false;
  const body: ReadableStream<Uint8Array> = new ReadableStream({
    type: "bytes",
    async start(side) {
      for (const [index, piece] of pieces.entries()) {
        await pause(index === 0 ? 0 : pauseMs);
        if (left) {
          return;
        }
        side.enqueue(new TextEncoder().encode(piece));
      }
      if (ends) {
        side.close();
        side.byobRequest?.respond(0);
      }
    },
    cancel() {
      left = true;
    },
  });
  return { body, isLeft: () => left };
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.byteLength;
  }
  return length;
}

describe("a body", () => {
  it("that falls silent is given up, and let go of", async () => {
    const { body, isLeft } = sender(["{"], 0, false);
    const patience = { silenceMs: 20, wholeMs: NEVER_MS };
    await expect(readAll(bodyChunks(body, patience))).rejects.toMatchObject(STALLED);
    expect(isLeft()).toBe(true);
  });

  it("that trickles is given up as a whole", async () => {
    const { body, isLeft } = sender(
      Array.from({ length: 1000 }, () => " "),
      5,
      false,
    );
    const patience = { silenceMs: NEVER_MS, wholeMs: 50 };
    await expect(readAll(bodyChunks(body, patience))).rejects.toMatchObject(STALLED);
    expect(isLeft()).toBe(true);
  });

  it("that pauses for less is read to its end", async () => {
    const { body } = sender(["a", "b", "c"], 30, true);
    expect(await readAll(bodyChunks(body, { silenceMs: 2000, wholeMs: NEVER_MS }))).toBe(3);
  });

  it("that comes while the isolate is too busy to read it is read", async () => {
    const { body } = sender(["a", "b"], 100, true);
    const reading = readAll(bodyChunks(body, { silenceMs: 20, wholeMs: NEVER_MS }));
    await pause(5);
    for (const untilMs = Date.now() + 400; Date.now() < untilMs;) {
      // Busy.
    }
    expect(await reading).toBe(2);
  });

  it("that the reader has had enough of is let go of", async () => {
    const { body, isLeft } = sender(["a", "b"], 5, false);
    for await (const _ of bodyChunks(body, { silenceMs: NEVER_MS, wholeMs: NEVER_MS })) {
      break;
    }
    expect(isLeft()).toBe(true);
  });

  it("of JSON that stops gives its room back", async () => {
    const { body } = sender(["{"], 0, false);
    const budget = new BodyBudget({ total: 100, perProject: 100, perEndUser: 100 });
    const held = budget.open(undefined, NEVER_MS);
    const request = new Request("https://bobbin.test", { method: "POST", body });
    const patience = { silenceMs: 20, wholeMs: NEVER_MS };
    await expect(readJson(request, held, { patience })).rejects.toMatchObject(STALLED);
    expect(budget.heldBytes).toBe(3);
    held.release();
    expect(budget.heldBytes).toBe(0);
  });

  it("of a form that stops, before a file or in it, is given up", async () => {
    const heads = ["--b", '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc'];
    for (const head of heads) {
      const { body, isLeft } = sender([head], 0, false);
      const reading = async () => {
        for await (const { content } of readParts(body, "b", {
          silenceMs: 20,
          wholeMs: NEVER_MS,
        })) {
          await readAll(content);
        }
      };
      await expect(reading()).rejects.toMatchObject(STALLED);
      expect(isLeft()).toBe(true);
    }
  });
});
