/**
 * What a deployment may set besides the bindings of wrangler.toml. All optional: a fresh checkout
 * runs without any of them. Set with `wrangler secret put NAME`.
 */
interface OptionalEnv {
  /** Projects, keys and signing secrets, where they have a database of their own; else they are in `DB`. */
  CONTROL_DB?: D1Database;
  /** Opens the admin API (`/admin`). Unset: the admin API does not exist. */
  ADMIN_KEY?: string;
  /**
   * `true` lets `curl`, `browser` and webhooks reach this machine itself (127.0.0.0/8, ::1,
   * `localhost`). For development: never set it on a deployment.
   */
  ALLOW_LOOPBACK?: string;
  /**
   * Origins under which this deployment is reached, by comma: `curl`, `browser` and webhooks may not
   * reach them. The host that a call came to is refused besides.
   */
  OWN_ORIGINS?: string;
  /** Where Durable Objects are created: set by `npm run deploy -- --location`. Unset: near the caller. */
  OBJECT_LOCATION?: DurableObjectLocationHint;
  /** `NAME=value`s, in one line, with which the landing page's calls work as pasted: the local commands set the demo's. */
  LANDING_SETTINGS?: string;
  /** Address of the public repository: the landing page links to it, and offers to deploy it. Unset: neither. */
  REPOSITORY_URL?: string;
  /**
   * Address of a backend of the owner's that answers a POST with `{"token"}`, a session token, to whoever asks:
   * the landing page has a live demo with that token's first tool. Unset: only a local server has one.
   */
  DEMO_TOKENS?: string;
  OPENAI_API_KEY?: string;
  /** Base address of OpenAI or of a compatible server, with its `/v1`. */
  OPENAI_BASE_URL?: string;
  ANTHROPIC_API_KEY?: string;
  /** JSON: names of models that callers may use, e.g. `{"gpt-4o": "anthropic/claude-sonnet-4-5"}`. */
  MODEL_ALIASES?: string;
  /** JSON: dollars for a million tokens of a model, e.g. `{"openai/gpt-4o-mini": {"input": 0.15, "output": 0.6}}`. */
  MODEL_PRICES?: string;
  /**
   * Whose models bare names are. Unset: `openai-compatible` with `OPENAI_BASE_URL`, `openai` with its
   * key, else `offline`.
   */
  DEFAULT_PROVIDER?: string;
  /** `<provider>/<model>` that makes vectors of vector stores' passages. Unset: they are found by words. */
  DEFAULT_EMBEDDING?: string;
  /**
   * What becomes of OpenAI's tool `code_interpreter`. `javascript`: models may run JavaScript in the sandbox.
   * `declared`: it is taken, shown and not offered. Unset: it is refused.
   */
  CODE_INTERPRETER?: string;
  /** Streams and waiting calls that one isolate has open at a time; beyond, 503. Unset: 2 500. */
  STREAMS_AT_ONCE?: string;
  /**
   * The `[ai]` binding, for provider `workers-ai`. Not bound by default: wrangler reaches
   * Cloudflare for it even in local development.
   */
  AI?: Ai;
}

interface Env extends OptionalEnv {}

declare namespace Cloudflare {
  interface Env extends OptionalEnv {}
}
