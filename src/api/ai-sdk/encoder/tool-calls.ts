/** Calls of functions and their outputs, between the page's values and the texts that a run has. */
import type { CallAnswerer, ReplyCall } from "../../../domain/run-event";
import type { Chunk } from "./chunks";

/** So a client's failure is handed in: a run knows of outputs alone. */
export const ERROR_PREFIX = "Error: ";

/** All chunks of a call say alike that the page has no part in it, or none does: else 5 dies. */
export function ofTool(by: CallAnswerer): { providerExecuted?: true } {
  return by === "tool" ? { providerExecuted: true } : {};
}

/** The whole input; a model may write what is no JSON. */
export function inputChunk({ callId, name, arguments: text, by }: ReplyCall): Chunk {
  const call = { toolCallId: callId, toolName: name, ...ofTool(by) };
  const input = parsed(text === "" ? "{}" : text);
  return input === undefined
    ? { type: "tool-input-error", ...call, input: text, errorText: "The arguments are not JSON." }
    : { type: "tool-input-available", ...call, input };
}

/** What was given as an output, as it was given. */
export function outputChunk(
  { callId, output, isError }: { callId: string; output: string; isError: boolean },
  by: CallAnswerer,
): Chunk {
  const call = { toolCallId: callId, ...ofTool(by) };
  return isError || (by === "client" && output.startsWith(ERROR_PREFIX))
    ? { type: "tool-output-error", ...call, errorText: withoutPrefix(output) }
    : { type: "tool-output-available", ...call, output: valueOf(output) };
}

function withoutPrefix(output: string): string {
  return output.startsWith(ERROR_PREFIX) ? output.slice(ERROR_PREFIX.length) : output;
}

/** Texts are handed in as they are, all else as JSON. */
function valueOf(output: string): unknown {
  return /^[[{]/.test(output) ? (parsed(output) ?? output) : output;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
