/** A history that is cut to what a run may read. */
import { describe, it } from "vitest";

import { ReplyBudget } from "../../../src/engine/chat/reply-budget";
import { estimateInput } from "../../../src/engine/models/estimate-tokens";
import type { ModelMessage } from "../../../src/engine/models/provider";

const UNLIMITED = { max_tokens: null, max_completion_tokens: null };
const said = (text: string): ModelMessage => ({ role: "user", content: [{ type: "text", text }] });

describe("a budget of what is read", () => {
  const instruction: ModelMessage = { role: "system", content: "Be brief." };
  const messages = [instruction, ...Array.from({ length: 50 }, (_, at) => said(`word ${at} "é"`))];

  it("leaves out the oldest, as few as must be", ({ expect }) => {
    for (const kept of [1, 2, 17, 50]) {
      const fitting = [instruction, ...messages.slice(-kept)];
      const exact = estimateInput({ messages: fitting, functions: [] });
      const budget = new ReplyBudget({ ...UNLIMITED, max_prompt_tokens: exact });
      expect(budget.next(messages, [])).toEqual({ messages: fitting, maxTokens: null });
    }
  });

  it("does not begin with the result of a call that is left out", ({ expect }) => {
    const result: ModelMessage = { role: "function", callId: "c", name: "f", content: "x" };
    const call: ModelMessage = {
      role: "assistant",
      content: "a long answer that does not fit",
      calls: [{ callId: "c", name: "f", arguments: "{}" }],
    };
    const tokens = estimateInput({ messages: [result, said("and now?")], functions: [] });
    const budget = new ReplyBudget({ ...UNLIMITED, max_prompt_tokens: tokens });
    expect(budget.next([call, result, said("and now?")], [])).toEqual({
      messages: [said("and now?")],
      maxTokens: null,
    });
  });

  it("measures functions and messages once, however many are left out", ({ expect }) => {
    let measured = 0;
    const toJSON = () => {
      measured += 1;
      return {};
    };
    const functions = [{ name: "f", description: "d", parameters: { toJSON } }];
    const budget = new ReplyBudget({ ...UNLIMITED, max_prompt_tokens: 1 });
    expect(budget.next(messages, functions)).toBe("max_prompt_tokens");
    expect(measured).toBe(1);
  });
});
