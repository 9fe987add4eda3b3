/** The numbers of actions, templates, the sandbox and outbound requests. */
import { HOUR_MS, KIB, MIB, MINUTE_MS, SECOND_MS } from "./units.ts";

/** What specs and configs of actions may ask for, and what they get where they do not ask. */
export const ACTION = {
  /** Contract: 1 to 100, 10. */
  threadDefaultMessages: 10,
  threadMaxMessages: 100,
  /** Files of a conversation that one `thread` action reads, the newest. */
  threadMaxFiles: 20,
  /** Contract; some 50 000 tokens. */
  fileDefaultMaxChars: 200_000,
  /** In UTF-16 units: what fits an action's output even in three-byte letters. */
  fileMaxChars: 340_000,
  /** As many as a message may name. */
  maxFiles: 10,
  /** Beyond it not even rows of ten bytes fit an output. */
  dataMaxRows: 100_000,
  /** Contract: 1 to 50, 10. */
  knowledgeDefaultHits: 10,
  knowledgeMaxHits: 50,
  /** Contract: 64 iterations, 8 at a time. */
  mapMaxIterations: 64,
  mapDefaultConcurrency: 8,
  /** Contract: 1 to 32, 8. */
  loopMaxPasses: 32,
  loopDefaultPasses: 8,
  /** Contract: 30 s; a minute more than most gateways wait themselves. */
  requestDefaultTimeoutMs: 30 * SECOND_MS,
  requestMaxTimeoutMs: 2 * MINUTE_MS,
  /** Contract: 1 MiB. Pages of which a selector takes a part may be larger: as a tree, ten times so. */
  responseDefaultMaxBytes: MIB,
  responseMaxBytes: 4 * MIB,
  /** Of a CSS selector, and how many of them one `browser` action takes. */
  selectorMaxChars: 1000,
  maxSelectors: 16,
  /** Of a page that selectors look into: a hundred times what most have; 20 MB as a tree. */
  pageMaxNodes: 100_000,
  pageMaxNesting: 500,
  /** UTF-16 units of a page that are parsed before other requests get a turn: about 10 ms. */
  pageCharsPerTurn: 64 * KIB,
  /** Looks at nodes by all selectors of one action, of 30 to 70 ns each: a second or two. */
  selectorMaxSteps: 30_000_000,
  /** About 10 ms. */
  selectorStepsPerTurn: 200_000,
  /** Until the next turn, one element's combinators over its siblings included: below 50 ms. */
  selectorMaxStretchSteps: 700_000,
  /** What other servers take as one address. */
  urlMaxChars: 8192,
} as const;

/** Calls to an object that the platform has just broken. */
export const RETRY = {
  /** Some five seconds in all: an object is back in one or two. */
  maxTries: 8,
  firstDelayMs: 50,
  maxDelayMs: 2 * SECOND_MS,
  /** When a caller may come back to an object that has too much to do. */
  afterSeconds: 2,
} as const;

export const ACTION_CACHE = {
  /** What a model or a page said a week ago is no answer to the same question any more. */
  keepMs: 7 * 24 * HOUR_MS,
} as const;

export const OUTBOUND = {
  /**
   * In use at once in one object, by its actions: of the six connections that an object may have
   * waiting for their headers, two are left for D1, R2 and webhooks.
   */
  maxAtOnce: 4,
  /** Contract: 5. */
  maxRedirects: 5,
  /** For the connection that tells why a request had no answer: a few round trips around the globe. */
  probeMs: 3 * SECOND_MS,
} as const;

export const TEMPLATE = {
  /** As long as a message may be. */
  maxSourceChars: 256 * KIB,
  /** Of one `{{ … }}` or `{% … %}`: more is data, and data belongs into an input. */
  maxTagTokens: 1000,
  /** Blocks inside blocks, brackets inside brackets; well within the stack of whoever walks them. */
  maxNesting: 32,
  /**
   * Of all templates of one action together: about 100 ms. A step is a node of a template, an item
   * of a list, a key of a dict, or so many characters as stand below.
   */
  maxSteps: 500_000,
  /** After these other requests get a turn, before the next statement: about 10 ms. */
  stepsPerTurn: 50_000,
  /** Between two turns, one expression at its end included: about 50 ms. */
  maxStretchSteps: 250_000,
  /** Compared, searched or copied: a native loop. */
  charsPerStep: 64,
  /** Two bytes each at worst: all texts that one action's templates make fit 16 MiB. */
  madeCharsPerStep: 16,
  /** Looked at one by one, with a regular expression or a table. */
  workedCharsPerStep: 8,
  /** Longer texts are looked for in linear time by our own search: V8's is quadratic on them. */
  nativeSearchMaxChars: 200,
  maxItems: 100_000,
  /** As much as an action may give out: `RUN.actionOutputMaxBytes`. */
  maxTextChars: MIB,
  /** Of all values of one action together: a few whole outputs. */
  maxResolvedChars: 4 * MIB,
  /** Templates of a few running tools; longer ones are read anew each time. */
  maxCached: 200,
  maxCachedChars: 16 * KIB,
} as const;

export const SANDBOX = {
  /** Code that shapes data needs a few milliseconds; what needs more has to say so. */
  defaultTimeoutMs: SECOND_MS,
  maxTimeoutMs: 10 * SECOND_MS,
  /**
   * What the engine burns in a millisecond (see `sandbox/fuel.ts`). Measured: 125 000 on
   * string building, 310 000 on an empty loop, 640 000 inside a native search.
   */
  fuelPerMs: 250_000,
  /** How long code computes before other requests get a turn: about 10 ms. */
  fuelPerSlice: 2_000_000,
  /** A slow or busy machine gets this many times the budget by the clock before the code is stopped. */
  wallClockFactor: 4,
  /** Of one call, engine included; two at once leave half of an isolate's 128 MB to everyone else. */
  memoryMaxBytes: 32 * MIB,
  maxConcurrentCalls: 2,
  /** A call that shows no life for so long has died with its object, and gives its slot back. */
  slotMaxSilenceMs: 10 * SECOND_MS,
  /**
   * The engine's own count; about 1 300 nested calls. Beyond it the code gets an error that it can
   * catch, before the platform's native stack (about 1 MB) ends the engine.
   */
  stackMaxBytes: 224 * KIB,
  /** UTF-16 units of `env` as JSON: beyond it, text and tree together do not fit the memory. */
  envMaxChars: 8 * MIB,
  /** UTF-16 units of `env` that are written as JSON before other requests get a turn. */
  envCharsPerTurn: MIB,
  /** Logs are for a person who looks at one cell of a trace. */
  logMaxLines: 200,
  logMaxLineChars: 2000,
  messageMaxChars: 1000,
} as const;
