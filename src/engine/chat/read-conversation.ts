/**
 * The messages of a spec as a conversation that every provider takes. Histories are repaired on the
 * way: a call without a result gets one that says so, a result without a call becomes a user's note,
 * and what says nothing is left out.
 */
import type { FunctionCall, ModelMessage } from "../models/provider";
import type { ChatMessage } from "./chat-message";
import { toText, toUserParts } from "./to-user-parts";

/** What stands in the place of a result that never came, e.g. of a run that was stopped. */
const NO_RESULT = "No result: the call was not carried out.";

interface OpenCall extends FunctionCall {
  /** As the message itself names the call. */
  ownId: string | null;
}

export function readConversation(messages: readonly ChatMessage[]): ModelMessage[] {
  const conversation: ModelMessage[] = [];
  let open: OpenCall[] = [];

  const close = (): void => {
    conversation.push(...open.map((call) => resultOf(call, NO_RESULT)));
    open = [];
  };

  const asked = messages.findLastIndex(({ role }) => role === "user");
  for (const [index, message] of messages.entries()) {
    if (message.role === "function" || message.role === "tool") {
      const call = open.find((candidate) => isAnswer(message, candidate));
      if (call === undefined) {
        close();
        conversation.push(...strayResult(message));
      } else {
        open = open.filter((candidate) => candidate !== call);
        conversation.push(resultOf(call, toText(message)));
      }
      continue;
    }
    close();
    if (message.role === "assistant") {
      open = callsOf(message, index);
    }
    conversation.push(...said(message, open, index === asked));
  }
  close();
  return conversation;
}

function said(message: ChatMessage, calls: readonly OpenCall[], isAsked: boolean): ModelMessage[] {
  const name = message.name ?? undefined;
  if (message.role === "user") {
    const content = toUserParts(message, isAsked);
    return content.length === 0 ? [] : [{ role: "user", content, name }];
  }
  const content = toText(message);
  if (content === "" && calls.length === 0) {
    return [];
  }
  return message.role === "assistant"
    ? [{ role: "assistant", content, calls: calls.map(bare) }]
    : [{ role: "system", content, name }];
}

/** Ids are made anew, alike for the same history: others' may repeat, or be of a form not taken. */
function callsOf({ tool_calls, function_call }: ChatMessage, index: number): OpenCall[] {
  const calls = [
    ...(tool_calls ?? []).map((call) => ({ ...call.function, ownId: call.id })),
    ...(function_call ? [{ ...function_call, ownId: null }] : []),
  ];
  return calls.map((call, position) => ({ ...call, callId: `call_${index}_${position}` }));
}

function isAnswer({ tool_call_id, name }: ChatMessage, call: OpenCall): boolean {
  return tool_call_id ? call.ownId === tool_call_id : !name || call.name === name;
}

function strayResult(message: ChatMessage): ModelMessage[] {
  const text = `Result of ${message.name ?? "a function"}: ${toText(message)}`;
  return [{ role: "user", content: [{ type: "text", text }] }];
}

function resultOf({ callId, name }: FunctionCall, content: string): ModelMessage {
  return { role: "function", callId, name, content };
}

function bare({ callId, name, arguments: text }: OpenCall): FunctionCall {
  return { callId, name, arguments: text };
}
