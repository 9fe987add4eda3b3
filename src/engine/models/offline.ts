/**
 * The provider that is always there: no model, no key, no network. It answers the same request with
 * the same words, says plainly that it is no model, and can be told to answer with anything a
 * provider might (`offline-script.ts`), so that every path of a tool can be tried.
 */
import { cutText } from "../../domain/text";
import { OFFLINE } from "../../limits";
import { estimateTokens } from "./estimate-tokens";
import type { OfflineScript } from "./offline-script";
import type { FunctionCall, ModelMessage, ModelRequest, Provider, ProviderCall } from "./provider";
import { connectionLost, httpFailure } from "./provider-failure";
import { ReplyDraft } from "./reply-draft";
import { sampleOfSchema } from "./sample-of-schema";

const SELF = "I am Bobbin's offline provider and no model, so I can only repeat.";

type ScriptedCall = Pick<FunctionCall, "name" | "arguments">;

export const offline = {
  id: "offline",
  needsModel: false,
  isRemote: false,

  async generate(request, providerCall) {
    const script = request.offline ?? {};
    failAsScripted(script, providerCall.number);
    const draft = new ReplyDraft("offline", request.stream ? providerCall.listener : null);
    const calls = callsFor(request, script);
    draft.addReasoning(script.reasoning ?? "");
    const inputTokens = estimateTokens(JSON.stringify([request.messages, request.functions]));
    if (calls.length > 0) {
      const before = wordsOf(script.call_text?.trimEnd() ?? "");
      await sendWords(before, draft, script, providerCall);
      const outputTokens = before.length + (await sendCalls(calls, draft, script, providerCall));
      return draft.finish({
        usage: { inputTokens, outputTokens },
        finishReason: "function_call",
        warnings: [],
      });
    }
    const words = wordsFor(script.refusal ?? answerFor(request, script), script);
    const wanted = words.slice(0, request.maxTokens ?? words.length);
    await sendWords(wanted, draft, script, providerCall);
    return draft.finish({
      usage: { inputTokens, outputTokens: wanted.length },
      finishReason: wanted.length < words.length ? "length" : "stop",
      warnings: [],
    });
  },
} as const satisfies Provider<"offline">;

function failAsScripted({ error }: OfflineScript, attemptNumber: number): void {
  if (error !== undefined && attemptNumber <= (error.times ?? Infinity)) {
    throw httpFailure("offline", {
      status: error.status,
      message: error.message,
      retryAfterMs: error.retry_after === undefined ? null : error.retry_after * 1000,
    });
  }
}

/** The calls that this reply is to make: those of the script in their rounds, or the one that is forced. */
function callsFor(request: ModelRequest, script: OfflineScript): ScriptedCall[] {
  const { functionChoice, functions, messages } = request;
  if (functionChoice === "none" || callRounds(messages) >= (script.call_rounds ?? 1)) {
    return [];
  }
  if (script.function_call !== undefined) {
    return [script.function_call].flat().map((call) => ({
      name: call.name,
      arguments:
        typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments),
    }));
  }
  if (functionChoice === "auto") {
    return [];
  }
  const forced =
    functionChoice === "required"
      ? functions[0]
      : functions.find(({ name }) => name === functionChoice.name);
  return [
    {
      name: functionChoice === "required" ? (forced?.name ?? "") : functionChoice.name,
      arguments: JSON.stringify(sampleOfSchema(forced?.parameters)),
    },
  ];
}

/** How many replies since the last word of a user were calls. */
function callRounds(messages: readonly ModelMessage[]): number {
  const lastUser = messages.findLastIndex(({ role }) => role === "user");
  return messages
    .slice(lastUser + 1)
    .filter((message) => message.role === "assistant" && message.calls.length > 0).length;
}

function answerFor(request: ModelRequest, script: OfflineScript): string {
  const answer = script.text ?? ownAnswer(request);
  const ends = (request.stop ?? []).map((stop) => answer.indexOf(stop)).filter((end) => end >= 0);
  return answer.slice(0, Math.min(answer.length, ...ends));
}

function ownAnswer({ messages, responseFormat }: ModelRequest): string {
  if (responseFormat?.type === "json_schema") {
    return JSON.stringify(sampleOfSchema(responseFormat.json_schema.schema));
  }
  const heard = lastHeard(messages);
  return responseFormat?.type === "json_object"
    ? JSON.stringify({ note: SELF, messages: messages.length, ...heard })
    : [
        SELF,
        `Messages so far: ${messages.length}.`,
        ...describeInstruction(messages),
        ...describe(heard),
      ].join(" ");
}

/** Its last line: what a template puts there, a file's text, is seen to have arrived. */
function describeInstruction(messages: readonly ModelMessage[]): string[] {
  const instruction = messages.find((message) => message.role === "system")?.content.trimEnd();
  const last = instruction?.slice(instruction.lastIndexOf("\n") + 1).trim() ?? "";
  return last === "" ? [] : [`My instruction ends: ${cutText(last, OFFLINE.quoteMaxChars)}`];
}

interface Heard {
  user?: string;
  results?: { name: string; content: string }[];
}

/** The results at the end of the conversation, or else what the user said last. */
function lastHeard(messages: readonly ModelMessage[]): Heard {
  const results = messages
    .slice(messages.findLastIndex(({ role }) => role !== "function") + 1)
    .filter((message) => message.role === "function")
    .map(({ name, content }) => ({ name, content: cutText(content, OFFLINE.echoMaxChars) }));
  if (results.length > 0) {
    return { results };
  }
  const last = messages.findLast((message) => message.role === "user");
  const text = last?.content.map((part) => (part.type === "text" ? part.text : `[${part.type}]`));
  return text === undefined ? {} : { user: cutText(text.join(" "), OFFLINE.echoMaxChars) };
}

function describe({ user, results = [] }: Heard): string[] {
  const answers = results.map(({ name, content }) => `Function ${name} answered: ${content}`);
  return user === undefined ? answers : [`You said: ${user}`];
}

/** Words, each with the space before it; space at the end is one more. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let space = "";
  for (const piece of text.match(/\s+|\S+/g) ?? []) {
    const isSpace = piece.trim() === "";
    if (!isSpace) {
      words.push(space + piece);
    }
    space = isSpace ? piece : "";
  }
  return space === "" ? words : [...words, space];
}

/** A token of this provider is a word with the space before it. */
function wordsFor(answer: string, { tokens }: OfflineScript): string[] {
  const words = wordsOf(answer);
  if (tokens === undefined) {
    return words;
  }
  return Array.from({ length: tokens }, (_, index) => {
    const word = words[index % words.length] ?? " word";
    return index < words.length || /^\s/.test(word) ? word : ` ${word}`;
  });
}

async function sendWords(
  words: readonly string[],
  draft: ReplyDraft,
  script: OfflineScript,
  providerCall: ProviderCall,
): Promise<void> {
  const startMs = providerCall.now();
  for (const [index, word] of words.entries()) {
    await beforeWord({ sent: index, startMs }, script, providerCall);
    if (script.refusal === undefined) {
      draft.addText(word);
    } else {
      draft.addRefusal(word);
    }
  }
  await beforeWord({ sent: words.length, startMs }, { ...script, delay_ms: 0 }, providerCall);
}

/** Returns the tokens told: one a name, one a piece of the arguments. */
async function sendCalls(
  calls: readonly ScriptedCall[],
  draft: ReplyDraft,
  script: OfflineScript,
  providerCall: ProviderCall,
): Promise<number> {
  const startMs = providerCall.now();
  let sent = 0;
  for (const [index, call] of calls.entries()) {
    const id = String(index);
    await beforeWord({ sent, startMs }, script, providerCall);
    draft.startCall(id, call.name);
    sent += 1;
    for (const piece of call.arguments.match(/.{1,4}/gsu) ?? []) {
      await beforeWord({ sent, startMs }, script, providerCall);
      draft.addToCall(id, piece);
      sent += 1;
    }
    draft.finishCall(id, call.name, call.arguments);
  }
  return sent;
}

/** Words come at a pace, as a model server's do: who is held up finds those that came meanwhile. */
async function beforeWord(
  { sent, startMs }: { sent: number; startMs: number },
  script: OfflineScript,
  providerCall: ProviderCall,
): Promise<void> {
  if (sent === script.break_after) {
    throw connectionLost("offline");
  }
  if (sent === script.silent_after) {
    await aborted(providerCall.signal);
  }
  const waitMs = startMs + (sent + 1) * (script.delay_ms ?? 0) - providerCall.now();
  if (waitMs > 0 && (script.delay_ms ?? 0) > 0) {
    await providerCall.sleep(waitMs, providerCall.signal);
  } else if (sent > 0 && sent % OFFLINE.burstTokens === 0) {
    await providerCall.sleep(0, providerCall.signal);
  }
}

/** Never resolves; rejects once the signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) {
      stop();
    }
    signal.addEventListener("abort", stop, { once: true });
  });
}
