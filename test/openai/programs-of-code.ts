/** Programs whose model computes: `code_interpreter`, where the deployment runs it as JavaScript. */
import { it } from "vitest";

import { type Bench, textOf } from "./bench.ts";
import { type Sdk, inThread } from "./sdks.ts";
import { CODE, PRODUCT, WRONG_CODE } from "./weather-model.ts";

function printed(input: string, logs: unknown): object {
  return {
    type: "code_interpreter",
    code_interpreter: { input, outputs: [{ type: "logs", logs }] },
  };
}

export function programsOfCode(sdk: Sdk, open: () => Bench): void {
  it("lets the model compute, and shows what it ran and what that printed", async ({ expect }) => {
    const bench = open();
    const { assistants, threads } = bench.client.beta;
    const tools = [{ type: "code_interpreter" as const }];
    const assistant = await assistants.create({ model: "test-model", tools });
    expect(assistant.tools).toEqual(tools);
    const threadId = await bench.ask("Please compute six by seven.");
    const stream = threads.runs.stream(threadId, { assistant_id: assistant.id });
    const done: unknown[] = [];
    stream.on("toolCallDone", (call) => done.push(call.type === "function" ? null : call));
    expect((await stream.finalMessages()).map(textOf)).toEqual([PRODUCT]);
    const told = await stream.finalRunSteps();
    const { id: runId } = await stream.finalRun();
    const list = threads.runs.steps.list.bind(threads.runs.steps);
    const kept = (await inThread(sdk, list, [threadId, runId], { order: "asc" as const })).data;
    const calls = [
      printed(CODE, "six by seven\n42"),
      printed(WRONG_CODE, expect.stringContaining("mistake")),
    ];
    // Majors before the seventh tell of the first step alone whose calls have the same index.
    expect(done[0]).toMatchObject({ ...calls[0] });
    for (const steps of [told, kept]) {
      expect(steps.map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);
      const details = steps.map((step) => step.step_details);
      expect(details).toMatchObject([
        ...calls.map((call) => ({ type: "tool_calls", tool_calls: [call] })),
        { type: "message_creation" },
      ]);
    }
    const polled = await threads.runs.createAndPoll(threadId, {
      assistant_id: assistant.id,
      tool_choice: { type: "code_interpreter" },
      additional_messages: [{ role: "user", content: "Please compute it again." }],
    });
    expect([polled.status, polled.tool_choice]).toEqual([
      "completed",
      { type: "code_interpreter" },
    ]);
    const file = await bench.client.files.create({
      purpose: "assistants",
      file: new File(["a,b"], "a.csv"),
    });
    const attached = threads.messages.create(threadId, {
      role: "user",
      content: "And this?",
      attachments: [{ file_id: file.id, tools }],
    });
    await expect(attached).rejects.toMatchObject({ status: 400, code: "unsupported_tool" });
  });
}
