/** JavaScript that a model writes and runs itself: what of it the model reads back. */
import * as z from "zod";

import { ActionFailure } from "../../domain/action-failure";
import { asSentence, cutText } from "../../domain/text";
import { CONVERSATION, SANDBOX } from "../../limits";
import { runInSandbox } from "../../sandbox";
import type { ActionContext } from "../actions/action";
import type { FunctionCall } from "../models/provider";

const Given = z.object({ code: z.string() });

export interface CodeOutput {
  /** What was printed, then what was returned or thrown; empty for neither. */
  text: string;
  isError: boolean;
}

/** Runs the code of a call once, however many attempts the run takes. It has neither network nor files. */
export function runCode(
  { step, owner, signal }: Pick<ActionContext, "step" | "owner" | "signal">,
  { callId }: FunctionCall,
  input: Record<string, unknown>,
): Promise<CodeOutput> {
  return step(`code:${callId}`, async () => {
    const { code } = Given.parse(input);
    try {
      const { value, logs } = await runInSandbox({
        source: code,
        form: "body",
        env: null,
        budget: { timeoutMs: SANDBOX.defaultTimeoutMs },
        owner,
        signal,
      });
      return { text: joined(logs, value === null ? "" : textOf(value)), isError: false };
    } catch (error) {
      if (!(error instanceof ActionFailure)) {
        throw error;
      }
      const message = asSentence(`Error: ${error.message}`);
      return { text: joined(error.meta?.logs ?? [], message), isError: true };
    }
  });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function joined(logs: readonly string[], last: string): string {
  const whole = [...logs, ...(last === "" ? [] : [last])].join("\n");
  const kept = cutText(whole, CONVERSATION.codeOutputMaxChars);
  const dropped = whole.length - kept.length;
  return dropped === 0 ? kept : `${kept}\n… ${dropped} more characters were dropped`;
}
