/** A chat action whose model runs JavaScript of its own. */
import { describe, it } from "vitest";

import { COMPATIBLE, HELLO, cellOf, chatRun, dyingAt } from "../../support/chat-run";
import { RunMemory } from "../../support/ports";

const OFFERED = { ...COMPATIBLE, code: "offered" };

function runs(code: string) {
  return { calls: [{ name: "code_interpreter", arguments: JSON.stringify({ code }) }] };
}

describe("chat: code that the model runs itself", () => {
  it("prints and returns, and what is wrong with it is told back", async ({ expect }) => {
    const { outcome, network, memory } = chatRun({
      spec: HELLO,
      config: OFFERED,
      answers: [
        runs("console.log('two', 2)\nreturn { sum: 1 + 1 }"),
        runs("let = ;"),
        { text: ["2"] },
      ],
    });
    await cellOf(outcome);
    const outputs = memory.told.filter((event) => event.type === "function-call-output");
    expect(outputs).toMatchObject([
      { output: 'two 2\n{"sum":2}', isError: false, by: "tool" },
      { output: expect.stringMatching(/^Error: SyntaxError: .*line 1/), isError: true },
    ]);
    expect(network.requests[0]?.body["tools"]).toMatchObject([
      { function: { name: "code_interpreter" } },
    ]);
  });

  it("is run once, however many attempts the run takes", async ({ expect }) => {
    const memory = new RunMemory();
    const random = runs("return Math.random()");
    const first = chatRun({
      spec: HELLO,
      config: OFFERED,
      memory,
      answers: [random, { text: ["Done."] }],
      ports: dyingAt("ASK:0"),
    });
    await expect(first.outcome).rejects.toThrow("The object died.");
    const again = chatRun({ spec: HELLO, config: OFFERED, memory, answers: [] });
    await cellOf(again.outcome);
    const [output, retold] = memory.told.flatMap((event) =>
      event.type === "function-call-output" ? [event.output] : [],
    );
    expect(output).toMatch(/^0\.\d+$/);
    expect(retold).toBe(output);
  });

  it("is not offered where it is but declared", async ({ expect }) => {
    const { outcome, network } = chatRun({
      spec: HELLO,
      config: { ...COMPATIBLE, code: "declared" },
      answers: [{ text: ["No."] }],
    });
    await outcome;
    expect(network.requests[0]?.body["tools"]).toBeUndefined();
  });

  it("gives back no more than a model can read", async ({ expect }) => {
    const { outcome, memory } = chatRun({
      spec: HELLO,
      config: OFFERED,
      answers: [runs("return 'x'.repeat(40000)"), { text: ["Long."] }],
    });
    await cellOf(outcome);
    const [said] = memory.told.flatMap((event) =>
      event.type === "function-call-output" ? [event.output] : [],
    );
    expect(said).toMatch(/^x{32768}\n… 7232 more characters were dropped$/);
  });
});
