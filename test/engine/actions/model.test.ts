import { describe, it } from "vitest";

import { cellOf, chatRun, toldText } from "../../support/chat-run";

describe("model", () => {
  it("completes one prompt", async ({ expect }) => {
    const { outcome, network, memory } = chatRun({
      type: "model",
      stream: true,
      spec: { prompt: "Say hello to Ann." },
      answers: [{ text: ["Hello,", " Ann."] }],
    });
    const cell = await cellOf(outcome);
    expect(cell.value).toEqual({ completion: { text: "Hello, Ann." } });
    expect(cell.meta.usage).toEqual({ inputTokens: 7, outputTokens: 2 });
    expect(toldText(memory)).toBe("Hello, Ann.");
    expect(network.requests[0]?.body).toMatchObject({
      messages: [{ role: "user", content: "Say hello to Ann." }],
    });
  });
});
