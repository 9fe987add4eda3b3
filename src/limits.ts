/** Every number of Bobbin: its unit in its name, its reason beside it. */

const KIB = 1024;
const MIB = 1024 * KIB;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

export const REQUEST = {
  /** A hundred messages of a few KiB fit; larger texts belong into files. */
  jsonMaxBytes: MIB,
  /** Far beyond any definition or part; well within the stack of whoever walks it. */
  jsonMaxNesting: 64,
  /** Names in one object. A schema judges each, and a table has a tenth of so many columns. */
  jsonMaxNames: 10_000,
  /** A sender that is silent for so long has gone; half of what most gateways wait. */
  bodySilenceMs: 30 * SECOND_MS,
  /** For a JSON body as a whole: at its limit 9 KB/s, which a telephone line does. */
  jsonMaxMs: 2 * MINUTE_MS,
  /** For a file or an import as a whole: a file at its limit at 27 KB/s. */
  uploadMaxMs: HOUR_MS,
  /**
   * Bytes of memory that the bodies of requests under way take in one isolate: half of its 128 MB.
   * What one project leaves is for the others; an end user has room for one turn of a chat at its limit.
   */
  bodiesInFlight: { total: 64 * MIB, perProject: 48 * MIB, perEndUser: 36 * MIB },
  /** Longer than any call takes to answer, its waiting for a run included. */
  answerMaxMs: 5 * MINUTE_MS,
  /** A JSON body is there as bytes, as text or as values until its answer is: about so many times its length. */
  jsonHeldTimes: 3,
} as const;

export const MESSAGE = {
  /** UTF-8. Four of them still fit one D1 row of 2 MB, and one fits a JSON body. */
  contentMaxBytes: 256 * KIB,
  /** Documented: at most 10 files a message. */
  maxFiles: 10,
  /** Keeps the thread and its first messages one D1 batch. */
  maxPerCreate: 100,
  /** Of all inputs of a run together: ten times what a tool reads of a thread. */
  maxPerRun: 1000,
  maxParts: 64,
  /** UTF-16 units, the first ones, that `q=` looks into: a short novel's worth of one message. */
  searchedChars: 100_000,
  /** Terms of the index that are made before other requests get a turn: about 10 ms. */
  indexTermsPerTurn: 8192,
  /** Of a message that was written elsewhere: a person's name, and what they are. */
  maxAuthorChars: 256,
  /** What a person types into a search box. */
  maxQueryChars: 256,
} as const;

export const PAGE = {
  /** Documented for threads and messages. */
  defaultItems: 20,
  maxItems: 100,
  /**
   * UTF-8 of what the messages of a page say; the first comes however long it is. A page is in memory
   * four times over (D1's reply, its rows, the messages, the answer), beside those of other callers.
   */
  maxBytes: 4 * MIB,
  /** Rows of files, tools and versions are small, and the published call for files has no paging. */
  maxSmallItems: 1000,
} as const;

export const FILE = {
  /** Cloudflare's free plan lets 100 MB through as one request body: below it, the refusal is ours. */
  maxBytes: 95 * MIB,
  /** What a form's boundaries and headers may add to the length of its file. */
  formAllowanceBytes: 64 * KIB,
  /** Of a field beside the file: a word or a number. */
  formFieldMaxChars: 256,
  /** File systems agree on 255. */
  maxNameChars: 255,
  /** Of a body at once, into the same buffer: the platform's own chunks of 4 KiB take seconds of garbage. */
  uploadReadBytes: 256 * KIB,
  /** What one read waits for: a sender that takes longer than `REQUEST.bodySilenceMs` for it is cut off. */
  uploadReadMinBytes: 64 * KIB,
  /** R2 wants parts of at least 5 MiB, all equal but the last; two are in memory at once. */
  uploadPartBytes: 5 * MIB,
} as const;

export const TOOL = {
  /** OpenAI's. */
  maxNameChars: 256,
  maxActionNameChars: 64,
  maxDescriptionChars: 1024,
  /** Nested ones counted; a definition stays one D1 row. */
  maxActions: 100,
  maxDefinitionBytes: 512 * KIB,
  /** `if`, `loop` and `map` inside each other. */
  maxNesting: 5,
  /** Named one by one to be open to session tokens; a tool for more opens the project's. */
  maxOpenFiles: 100,
} as const;

export const RUN = {
  /** Rows run in parallel in one object. */
  maxRows: 16,
  /** JSON of one action's output: under D1's and the object's 2 MB row with room for escapes. */
  actionOutputMaxBytes: MIB,
  /** All outputs of a run, tools inside it included, which its object holds: a quarter of its memory. */
  outputsMaxBytes: 32 * MIB,
  /**
   * Of results and traces, which whoever reads the run holds, what a run records of its values: with
   * its steps they fit one line of an export (`IMPORT.lineMaxBytes`).
   */
  keptValuesMaxBytes: 4 * MIB,
  /** A larger outcome is none that is read: it was recorded by an earlier release. */
  outcomeMaxBytes: 8 * MIB,
  /**
   * Arrays and objects inside each other in a value. SQLite reads JSON 1000 deep, and a run's records
   * wrap a value in a dozen more.
   */
  valueMaxNesting: 256,
  /**
   * UTF-16 units of a value's JSON that are read or written before other requests get a turn; a whole
   * output at its limit is 35 ms where it is made to be slow.
   */
  valueCharsPerTurn: 256 * KIB,
  /** A run's outcome beyond this goes to R2: a gigabyte costs fifty times as much in D1, which holds ten. */
  outcomeInRowMaxBytes: 4 * KIB,
  /** Ten minutes is beyond any answer a person waits for. */
  defaultDeadlineMs: 10 * MINUTE_MS,
  maxDeadlineMs: 60 * MINUTE_MS,
  /** A run that waits for its client's outputs. */
  waitDeadlineMs: 24 * HOUR_MS,
  /** An action that was cut off this often, and never alone in its isolate: see `probationMs`. */
  maxAttempts: 10,
  /** A run that waits its turn: whoever asked an hour ago has gone. */
  queueDeadlineMs: HOUR_MS,
  /** How soon a run goes on after its object has died, where nobody calls before. */
  watchMs: 5 * SECOND_MS,
  /** How long an alarm that may ring later is left as it is: whoever talks says more within seconds. */
  alarmDelayMs: SECOND_MS,
  /** An hour in the queue and an hour at work, and some time to record it all. */
  overdueMs: 3 * HOUR_MS,
  /** A run may wait for its client several times. */
  waitOverdueMs: 48 * HOUR_MS,
  /** Runs that one pass of the clock asks after. */
  reconcileMax: 100,
  /** Between two tries to record an end that D1 does not take. */
  maxRetryMs: MINUTE_MS,
  /** Lives without a finished step, none of which ended while the run was alone in its isolate. */
  maxResumptions: 10,
  /** After a restart other threads are served this long before a run that was cut off is begun again. */
  resumeDelayMs: SECOND_MS,
  /** How long such a run has its isolate to itself at first, and at most: others wait for it meanwhile. */
  probationMs: 2 * SECOND_MS,
  probationMaxMs: 30 * SECOND_MS,
  /** What it gets to note durably that it has lived through it. */
  probationNoteMs: 2 * SECOND_MS,
  /** It waits this long for that; a deploy may have cut off hundreds. */
  probationWaitMs: 30 * SECOND_MS,
  probationPollMs: 100,
  /** For D1 and R2 to record an end: longer than either lets a caller wait. */
  recordMs: MINUTE_MS,
  /** Failures in a row of an end's recording, some ten minutes, after which a store that answers is taken to refuse it. */
  maxRecordings: 12,
  /** What a stopped action gets to let go of its connections. */
  stopGraceMs: 5 * SECOND_MS,
  /** Runs that may wait on one thread. */
  queueMax: 32,
  /** About what a short run takes. */
  queueRetryAfterSeconds: 5,
  /** UTF-16 units of a running run's traces in one RPC reply, which may hold 32 MiB. */
  liveTracesMaxChars: 8 * MIB,
  /** Tool actions inside tool actions. */
  maxToolNesting: 5,
  /** Executions of one action at a time, rows and iterations together: 16 rows of one full map. */
  maxCells: 1024,
} as const;

/** Calls whose answer takes its time. */
export const WAIT = {
  /** For a run that the caller waits for: gateways and browsers give up on a silent connection after 60 s. */
  maxMs: 55 * SECOND_MS,
  /** For a run to stop: its actions get `RUN.stopGraceMs`, and recording its end takes its time. */
  stopMs: 25 * SECOND_MS,
} as const;

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

export const STREAM = {
  /**
   * Deltas are gathered so long, and what comes first leaves at once: in the first second of a text,
   * when a reader looks for whether anything comes at all, less than an eye sees; then what is read
   * along with ease. Each window is a row that is billed.
   */
  coalesceMs: 40,
  coalesceBrieflyMs: SECOND_MS,
  coalesceLongMs: 200,
  /**
   * A window that ends late has waited for others, whose writes the one thread of an isolate does one
   * after the other: the next one is longer by as many times its delay, up to what a reader still takes
   * for progress. Else each piece of hundreds of streams is a write of its own, and all wait for each.
   */
  coalesceLagFactor: 4,
  coalesceMaxMs: SECOND_MS,
  /** Under the 30–60 s after which proxies cut a silent connection. */
  keepAliveMs: 15 * SECOND_MS,
  /** How long what is streamed relies on the credential being good still; keep-alives come as often. */
  admittedMs: 15 * SECOND_MS,
  /** What a reader may lag behind before it is dropped; it can come back with its last id. */
  readerMaxLagBytes: MIB,
  /**
   * Open at a time in one isolate: at a limit of 20 000 descriptors a server process dies of 3 500
   * streams of as many objects. What one project leaves is for the others; an end user has a few
   * devices with a few tabs.
   */
  slots: { total: 2500, perProject: 2000, perEndUser: 32 },
  /** Keep-alives have a reader ask for more every 15 s: one that has not for so long is gone. */
  slotLeaseMs: 5 * MINUTE_MS,
  /** UTF-16 units that one query hands to a reader that catches up. */
  replayChunkChars: 64 * KIB,
  /** Chunks kept for readers who stand at the same place; a reader elsewhere asks for itself. */
  sharedChunks: 16,
} as const;

export const THREAD_FEED = {
  messagesAtOnce: 100,
  /** Of their texts: a follower holds a few copies of what it is told at once, and there are hundreds. */
  bytesAtOnce: 64 * KIB,
  /**
   * How long writers notify a thread's object of messages after it last asked them to. It asks again
   * at half of this, later than `idleMs`, and looks then for messages of writers that died before
   * they notified it.
   */
  leaseMs: 12 * MINUTE_MS,
  /** A follow stream without news for so long is closed: while one is open, its object is billed. */
  idleMs: 5 * MINUTE_MS,
  /** When the client of such a stream comes back, and every time after that until there is news. */
  returnMs: 30 * SECOND_MS,
  /** Spread at random behind `returnMs`, so that those who left together do not return together. */
  returnSpreadMs: 15 * SECOND_MS,
} as const;

export const JOURNAL = {
  /** UTF-16 units of a row's text: even in three-byte letters under the object's row limit of 2 MB. */
  rowMaxChars: 512 * KIB,
  /** From the run's end; afterwards its recorded outcome serves the replay. */
  keepMs: 24 * HOUR_MS,
} as const;

export const ACTION_CACHE = {
  /** What a model or a page said a week ago is no answer to the same question any more. */
  keepMs: 7 * 24 * HOUR_MS,
} as const;

export const PROJECT = {
  maxNameChars: 128,
} as const;

export const KEY = {
  maxNameChars: 128,
  /** How long an isolate trusts a key it has looked up: a revoked key is dead within this. */
  cacheMs: 30 * SECOND_MS,
  cacheMaxEntries: 10_000,
  /** The time of last use is written once a step and isolate, not once a request. */
  lastUsedStepMs: HOUR_MS,
  /** How long a replaced key stays good, unless the call says otherwise: a day to roll it out. */
  defaultOverlapSeconds: 24 * 60 * 60,
  maxOverlapSeconds: 30 * 24 * 60 * 60,
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

export const MODEL = {
  /** From the request to the first sign of the reply. Reasoning models think for a minute and more. */
  firstTokenMs: 2 * MINUTE_MS,
  /** Between two signs of a reply that has begun; a working provider pauses for seconds. */
  silenceMs: MINUTE_MS,
  /** One streamed attempt as a whole: a provider that trickles ends here, within the default deadline. */
  streamedReplyMs: 8 * MINUTE_MS,
  /** To the first sign where nobody listens: a whole answer may be the first that comes. */
  wholeReplyMs: 5 * MINUTE_MS,
  /** For the count of tokens behind the last word; a server that keeps the connection open sends none. */
  afterFinishMs: 3 * SECOND_MS,
  /** Attempts after the first, for failures that may pass. */
  maxRetries: 3,
  /** The pause before retry n is drawn from up to `retryBaseMs * 2^(n-1)`. */
  retryBaseMs: SECOND_MS,
  /** A provider that asks for a longer pause is not tried again: nobody waits that long for an answer. */
  retryMaxMs: MINUTE_MS,
  /** Text and calls of one reply, in UTF-16 units: what an action's output can hold. */
  replyMaxChars: MIB / 2,
  /** One event of a stream, or a whole answer: a reply with all of it escaped. UTF-16 units. */
  answerMaxChars: 4 * MIB,
  /** Read of the body of an error; the message that is shown of it is far shorter. */
  errorBodyMaxChars: 64 * KIB,
  /** What a provider wants back with its calls' results, as a step keeps it. UTF-16 units. */
  continuationMaxChars: 256 * KIB,
  /** Contract: 8 by default; each step is a request that costs money. */
  defaultSteps: 8,
  maxSteps: 32,
  /** OpenAI's limit; others allow more. */
  maxStopSequences: 4,
  /** OpenAI's limit, for functions and tools each. */
  maxFunctions: 128,
  /** Tools run in parallel in one object. */
  maxCallsPerReply: 16,
  /** Of one conversation: as many as a run may bring, and what its tool puts around them. */
  maxMessages: 2000,
  /** Of one message: those that it may have, and the texts of its files. */
  maxParts: 256,
  /** Texts of one request for embeddings: what the smallest of the providers' limits allows. */
  embedBatchTexts: 100,
  /** The answer to it: a hundred vectors of 4096 numbers, twenty characters each. UTF-16 units. */
  embeddingsMaxChars: 16 * MIB,
  /** One such request; providers answer in seconds. */
  embedBatchMs: MINUTE_MS,
} as const;

/** What the built-in `offline` provider can be told to do. */
export const OFFLINE = {
  /** Longer than any answer of a model, shorter than an action's output can hold. */
  maxTokens: 50_000,
  /** As long as a provider may be silent, so that the bound itself can be tried. */
  maxDelayMs: 2 * MODEL.silenceMs,
  /** Words told before other work gets its turn. */
  burstTokens: 64,
  /** Of the question, in UTF-16 units, that the answer repeats. */
  echoMaxChars: 2000,
  /** Of the instruction's last line, in UTF-16 units, that the answer quotes. */
  quoteMaxChars: 200,
} as const;

export const TOKEN = {
  /** A day: longer lives are what a refresh by the customer's backend is for. */
  maxLifeSeconds: 24 * 60 * 60,
  defaultLifeSeconds: 60 * 60,
  /** Clocks of backends that mint on their own may run ahead this far. */
  clockSkewMs: MINUTE_MS,
  /** Fits an e-mail address, a UUID and most URNs. */
  maxEndUserChars: 256,
  maxTools: 32,
  /** How long the tokens of a replaced signing secret stay good, unless the call says otherwise. */
  defaultOverlapSeconds: 24 * 60 * 60,
  maxOverlapSeconds: 7 * 24 * 60 * 60,
} as const;

/** Text out of documents. An isolate has 128 MB for all that runs in it; the parsers stay well below. */
export const DOCUMENT = {
  /** UTF-16 units of text kept of one document: some 2 500 dense pages, 20 MB in memory at worst. */
  maxChars: 5_000_000,
  /**
   * Documents that are read at once in an isolate where they are large: by their bytes, or by what reading them
   * unpacks or holds. A quarter of the isolate's memory is left to small ones.
   */
  largeAtOnce: 1,
  smallMaxBytes: MIB,
  smallMaxWork: 16 * MIB,
  smallMaxHeldBytes: 4 * MIB,
  /** How often one in the line asks whether it is its turn, and after which silence it has died. */
  placePollMs: 50,
  placeMaxSilenceMs: 20_000,
  /** A PDF and what its parser makes of it are held whole. */
  pdfMaxBytes: 32 * MIB,
  /** One stream, unpacked: the parser holds it whole. The text of a page takes a hundredth. */
  pdfStreamMaxBytes: 24 * MIB,
  /** Headers and text of a mail or a mailbox, in their transfer encoding. Attachments are not held. */
  mailTextMaxBytes: 8 * MIB,
  /** Of one part; more than a thousand recipients. */
  mailHeaderMaxBytes: 256 * KIB,
  mailMaxParts: 5000,
  /** A line of a mail has a thousand at most; what programs write as one is read in pieces. */
  mailLineMaxBytes: 256 * KIB,
  /** Steps of the PDF parser, some ten nanoseconds each: in all, between two pauses, and where it cannot pause. */
  pdfMaxWork: 1_000_000_000,
  pdfWorkPerTurn: 2_000_000,
  pdfMaxWorkAtOnce: 32_000_000,
  /** Objects, fonts and tables of characters that the PDF parser holds at once. */
  pdfMaxHeldBytes: 64 * MIB,
  /** A list of JSON is read element by element, each within `rowsMaxChars`; a larger one is JSONL. */
  jsonMaxBytes: 16 * MIB,
  /**
   * Rows that one answer may hold, as characters of their JSON: twice an action's output. As objects
   * they take up to thirty times as much.
   */
  rowsMaxChars: 2 * MIB,
  /** One record of a CSV, which is read at once. */
  rowMaxChars: MIB / 2,
  /** Three times what spreadsheets have. */
  maxColumns: 50_000,
  /** Lists and objects inside each other: SQLite reads no deeper JSON. */
  jsonMaxDepth: 1000,
  /** Files up to this size are read in one go: one request to the store instead of ten. */
  readWholeMaxBytes: 8 * MIB,
  /** What is asked of the store at once beyond that. */
  readAheadBytes: MIB,
  /** Streams hand out as little as 4 KiB; text is decoded in pieces of this size. */
  blockBytes: 64 * KIB,
  /** Bytes around what is not ASCII that an encoding is guessed by. */
  charsetSampleBytes: 8 * KIB,
  /** Enough bytes to tell what a file is. */
  sniffBytes: 16 * KIB,
  /** Twenty thousand parts. */
  zipDirectoryMaxBytes: 2 * MIB,
  /** Unpacked; a spreadsheet of a million rows comes near. */
  zipPartMaxBytes: 128 * MIB,
  /** Bytes unpacked over all parts that are read, and what takes as long: eight seconds of a slow processor. */
  maxWork: 256 * MIB,
  /** Opening a part takes as long as unpacking so much. */
  zipPartWork: 16 * KIB,
  /** Between two pauses for everybody else; parts are often smaller. */
  workPerTurn: 128 * KIB,
  /** Tables that a reader keeps: styles, relations, shared strings, notes; and what an entry takes beside its text. */
  maxHeldBytes: 32 * MIB,
  heldEntryBytes: 128,
  /** Pages of a PDF, sheets, slides, chapters. */
  maxPages: 5000,
  /** Deflate ends at 1032 to 1; the XML of honest documents stays below a tenth of that. */
  zipBombRatio: 100,
  /** A document that stands whole inside another one, and how many may stand inside each other. */
  embeddedMaxBytes: 8 * MIB,
  maxEmbeddedDepth: 2,
  /** Of one value that a document tells about itself. UTF-16 units. */
  metadataMaxChars: 1000,
  /** Elements, attributes, control words of one document that are followed: some seconds of work. */
  maxMarkup: 8_000_000,
  /** Of one element; they are held until it begins. */
  maxAttributes: 10_000,
  /** From one piece of markup to the next: a picture inside an attribute is the longest. UTF-16 units. */
  markupMaxChars: 16 * MIB,
  /** Elements inside elements; documents of real programs stay below a hundred. */
  maxMarkupDepth: 1000,
} as const;

/** How the text of a file is kept beside it. */
export const EXTRACTED_TEXT = {
  /** UTF-8; R2 hands out ranges of them, so the size bounds what one write holds and nothing else. */
  blockBytes: 512 * KIB,
  /** After so many pages a reading that is cut off goes on from there: two writes to R2. */
  pagesPerProgress: 50,
} as const;

export const LOG = {
  /** UTF-16 units of an exception's message. */
  messageMaxChars: 500,
  /** Failed runs whose cause an isolate has logged once, and for how long it is not logged again. */
  notedRuns: 10_000,
  notedForMs: 24 * HOUR_MS,
} as const;

export const QUOTA = {
  /** Held for a model's reply whose config names no `max_tokens`: what most models give at most. */
  usualReplyTokens: 4096,
  /**
   * As long as more than this is left of the quota, such a reply is not cut off at the usual length: no
   * model gives more at once.
   */
  longestReplyTokens: 131_072,
  /** Of one reply, read or written: a provider that counts more counts wrongly. */
  usageMaxTokens: 4_000_000,
} as const;

export const HEALTH = {
  /** Of one check: a database or bucket that takes longer does not serve anybody. */
  checkMs: 5 * SECOND_MS,
  /** Of code that returns a number. */
  codeMs: SECOND_MS,
} as const;

/** Days of a project's usage that one call may ask for; `usage_days` keeps some more. */
export const USAGE = {
  defaultDays: 30,
  /** A leap year. */
  maxDays: 366,
} as const;

export const IDEMPOTENCY = {
  /** What the field's other APIs keep: a client that has not retried in a day has given up. */
  keepMs: 24 * HOUR_MS,
  /** For clients that name no key: official SDKs retry within seconds. */
  implicitKeepMs: MINUTE_MS,
  maxKeyChars: 255,
  /** UTF-16 units of an answer that is kept whole; work with a larger one is done again, without harm. */
  answerMaxChars: 4096,
  /** Records of a day. Ten requests a second without a pause; a person's browser sends far fewer. */
  maxKeptPerKey: 1_000_000,
  maxKeptPerEndUser: 2000,
} as const;

/** Telling a project of its runs: the Standard Webhooks specification, where it says a number. */
export const WEBHOOK = {
  maxPerProject: 16,
  /** Specification: 24 to 64 bytes. */
  secretBytes: 32,
  /** Specification: 15 to 30 s for the receiver to answer. */
  timeoutMs: 15 * SECOND_MS,
  /** The answer is read for its status alone. */
  responseMaxBytes: MIB,
  /** Before the second attempt; each further pause is four times as long, up to the longest. */
  retryBaseMs: 5 * SECOND_MS,
  retryFactor: 4,
  retryMaxMs: 6 * HOUR_MS,
  /** From the announcement, or its replay; a receiver that is down for a day is no receiver. */
  retryForMs: 24 * HOUR_MS,
  /** An attempt that has told nothing for so long died with its object. */
  leaseMs: 25 * SECOND_MS,
  /**
   * In hand at a time in one object. A silent receiver holds up no other; with all of
   * `OUTBOUND.maxAtOnce` in use, D1 waits for a receiver's headers at most.
   */
  maxAtOnce: 2,
  /** UTF-16 units of a run's results as JSON: more is left out and read with the run. */
  resultsMaxChars: 64 * KIB,
  errorMaxChars: 500,
  /** What was delivered stays listed, and can be replayed, this long. */
  keepMs: 30 * 24 * HOUR_MS,
  /** Older ones that one new announcement tidies away. */
  forgetAtOnce: 20,
} as const;
