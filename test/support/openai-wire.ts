/** OpenAI's wire as its documents show it: what a test's model answers, as JSON and as a stream. */

export interface WireCall {
  name: string;
  /** JSON text; a model may break it. */
  arguments: string;
}

export interface Completion {
  /** One string a token. */
  text?: readonly string[];
  /** By which the model refuses, one string a token. */
  refusal?: readonly string[];
  calls?: readonly WireCall[];
  /** Null: the server does not count. */
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
  /** Null: the stream ends without one. */
  finishReason?: string | null;
}

const HEAD = { id: "chatcmpl-1", created: 1_700_000_000, model: "test-model" };

export function completionBody(completion: Completion): object {
  const { text = [], refusal = [], calls = [] } = completion;
  return {
    ...HEAD,
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: text.length === 0 ? null : text.join(""),
          refusal: refusal.length === 0 ? null : refusal.join(""),
          ...(calls.length > 0 && { tool_calls: calls.map(wireCall) }),
        },
        finish_reason: finishOf(completion),
      },
    ],
    ...usageOf(completion),
  };
}

/** The events of the stream, one a token and one a call, each as it goes over the wire. */
export function completionEvents(completion: Completion): string[] {
  const { text = [], refusal = [], calls = [] } = completion;
  const deltas: object[] = [
    { role: "assistant", content: "", refusal: null },
    ...text.map((content) => ({ content })),
    ...refusal.map((piece) => ({ refusal: piece })),
    ...calls.flatMap((call, index) => {
      const {
        id,
        type,
        function: { name, arguments: all },
      } = wireCall(call, index);
      const half = Math.ceil(all.length / 2);
      return [
        { tool_calls: [{ index, id, type, function: { name, arguments: all.slice(0, half) } }] },
        { tool_calls: [{ index, function: { arguments: all.slice(half) } }] },
      ];
    }),
  ];
  const finish = finishOf(completion);
  return [
    ...deltas.map((delta) => chunk([{ index: 0, delta, finish_reason: null }])),
    ...(finish === null ? [] : [chunk([{ index: 0, delta: {}, finish_reason: finish }])]),
    ...(completion.usage === null ? [] : [chunk([], usageOf(completion))]),
    "data: [DONE]\n\n",
  ];
}

function chunk(choices: object[], rest: object = {}): string {
  const body = { ...HEAD, object: "chat.completion.chunk", choices, ...rest };
  return `data: ${JSON.stringify(body)}\n\n`;
}

function wireCall({ name, arguments: text }: WireCall, index: number) {
  return { id: `call_${index}`, type: "function", function: { name, arguments: text } };
}

function finishOf({ finishReason, calls = [] }: Completion): string | null {
  return finishReason === undefined ? (calls.length > 0 ? "tool_calls" : "stop") : finishReason;
}

function usageOf({ text = [], usage }: Completion): object {
  if (usage === null) {
    return {};
  }
  const { prompt_tokens, completion_tokens } = usage ?? {
    prompt_tokens: 7,
    completion_tokens: text.length,
  };
  return {
    usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  };
}

export function errorBody(message: string, code: string | null = null): object {
  return { error: { message, type: "server_error", param: null, code } };
}

/** As many numbers as `dimensions`, the same for the same text and of length 1. */
export function embeddingOf(text: string, dimensions = 8): number[] {
  const sums = Array.from({ length: dimensions }, () => 0);
  for (const [index, char] of Array.from(text).entries()) {
    const slot = (char.codePointAt(0) ?? 0) % dimensions;
    sums[slot] = (sums[slot] ?? 0) + 1 / (1 + (index % dimensions));
  }
  const length = Math.hypot(...sums) || 1;
  return sums.map((sum) => sum / length);
}

export function embeddingsBody(texts: readonly string[]): object {
  return {
    object: "list",
    model: "test-embedding",
    data: texts.map((text, index) => ({
      object: "embedding",
      index,
      embedding: embeddingOf(text),
    })),
    usage: { prompt_tokens: texts.length, total_tokens: texts.length },
  };
}
