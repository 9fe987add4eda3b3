/**
 * Fields that a request can do without or say otherwise, for servers that refuse them by name. A
 * refused request is not billed; what a server refused once is remembered as long as the isolate lives.
 */
import type { Server } from "./server";

type Body = Record<string, unknown>;

interface Adaptation {
  /** Whether the body holds what is refused. */
  applies: (body: Body) => boolean;
  /** Held against the server's words. */
  refused: RegExp;
  change: (body: Body) => Body;
  /** For what the caller asked for. */
  warning?: string;
}

const ADAPTATIONS: Record<string, Adaptation> = {
  /** Usage is estimated then. Mistral, older Azure, Databricks. */
  stream_options: {
    applies: (body) => "stream_options" in body,
    refused: /stream_options|include_usage/i,
    change: (body) => without(body, "stream_options"),
  },
  /** A reply with several calls is heard out. */
  parallel_tool_calls: {
    applies: (body) => "parallel_tool_calls" in body,
    refused: /parallel_tool_calls/i,
    change: (body) => without(body, "parallel_tool_calls"),
  },
  /** OpenAI's reasoning models and their like. */
  max_tokens: {
    applies: (body) => "max_tokens" in body,
    refused: /max_completion_tokens/i,
    change: ({ max_tokens, ...body }) => ({ ...body, max_completion_tokens: max_tokens }),
  },
  temperature: {
    applies: (body) => "temperature" in body,
    refused: /temperature.*(not support|unsupported|only the default)|unsupported.*temperature/is,
    change: (body) => without(body, "temperature"),
    warning: "The model takes no temperature of its own: it was left out.",
  },
  /** Models that may be asked, but not streamed: an unverified account, tools on an older llama.cpp. */
  stream: {
    applies: (body) => body["stream"] === true,
    refused:
      /(verified|unsupported|not? (be )?support|cannot|can't|not allowed).*\bstream|\bstream(ing|ed)?\b.*(unsupported|not (be )?(support|allow|avail))/is,
    change: (body) => ({ ...without(body, "stream_options"), stream: false }),
  },
};

/** Statuses that a refused field comes with: 500 and 501 where the server's own code throws. */
const STATUSES = new Set([400, 404, 405, 422, 500, 501]);

/** Of a server's words: what it refuses it names at once. */
const SEARCHED_CHARS = 2000;

/** By server and model. */
const remembered = new Map<string, Set<string>>();
const MAX_REMEMBERED = 200;

export class AdaptedBody {
  readonly #key: string;
  readonly #asked: Body;
  readonly #applied: Set<string>;

  constructor({ baseUrl }: Server, body: Body) {
    this.#key = `${baseUrl} ${String(body["model"])}`;
    this.#asked = body;
    this.#applied = new Set(remembered.get(this.#key));
  }

  get body(): Body {
    return this.#used().reduce((body, { change }) => change(body), this.#asked);
  }

  get warnings(): string[] {
    return this.#used().flatMap(({ warning }) => warning ?? []);
  }

  /** Whether there is another way to ask, which is taken from now on. */
  adapt(status: number, words: string): boolean {
    if (!STATUSES.has(status)) {
      return false;
    }
    const { body } = this;
    const said = words.slice(0, SEARCHED_CHARS);
    const found = Object.entries(ADAPTATIONS).find(
      ([name, { applies, refused }]) =>
        !this.#applied.has(name) && applies(body) && refused.test(said),
    );
    if (found === undefined) {
      return false;
    }
    this.#applied.add(found[0]);
    if (remembered.size >= MAX_REMEMBERED) {
      remembered.clear();
    }
    remembered.set(this.#key, new Set(this.#applied));
    return true;
  }

  #used(): Adaptation[] {
    return Object.entries(ADAPTATIONS)
      .filter(([name, { applies }]) => this.#applied.has(name) && applies(this.#asked))
      .map(([, adaptation]) => adaptation);
  }
}

function without(body: Body, field: string): Body {
  const { [field]: _left, ...rest } = body;
  return rest;
}
