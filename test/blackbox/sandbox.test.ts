/** The sandbox in the real runtime: other requests are answered while hostile code computes. */
import { afterAll, beforeAll, describe, it } from "vitest";

import { type EngineServer, startEngineServer } from "../support/engine-server.ts";

let engine: EngineServer;

beforeAll(async () => {
  engine = await startEngineServer();
}, 60_000);
afterAll(() => engine.stop(), 60_000);

const HOSTILE = [
  "() => { for (;;); }",
  "async () => { for (;;) await null }",
  "() => [].indexOf.call({ length: 2 ** 53 - 1 }, 1)",
  "() => /(a+)+$/.test('a'.repeat(64) + 'b')",
  "() => { const a = []; for (;;) a.push(new Uint8Array(1e5).fill(1)) }",
];

describe("while hostile code computes", () => {
  it("other requests are answered", async ({ expect }) => {
    const attack = Promise.all(
      HOSTILE.map((source) => engine.ask({ run: { source, timeoutMs: 500 } })),
    );
    const watch = { isOver: false, pings: 0 };
    const over = attack.finally(() => (watch.isOver = true));
    do {
      await engine.ping();
      watch.pings += 1;
    } while (!watch.isOver);
    const codes = (await over).map(({ code }) => code);
    expect(codes).toEqual([
      "code_timeout",
      "code_timeout",
      "code_timeout",
      "code_timeout",
      "code_out_of_memory",
    ]);
    // Without slices the first ping would have waited until the last attack was over.
    expect(watch.pings).toBeGreaterThan(10);
  }, 60_000);

  it("a hundred calls later the runtime is as it was", async ({ expect }) => {
    const call = { run: { source: "() => new Array(1e5).fill(1).length", timeoutMs: 1000 } };
    for (let round = 0; round < 10; round += 1) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => engine.ask(call)));
      expect(answers).toEqual(answers.map(() => ({ value: 100_000, logs: [] })));
    }
  }, 60_000);
});
