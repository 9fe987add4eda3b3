/**
 * The rooms of `src/`, which of them each may use, and by which door. The one table: lint rules are
 * written from it (`npm run structure -- --write`), and `npm run structure` measures by it.
 */

export interface Room {
  /** What it does, in a few words. */
  is: string;
  /** Rooms that its files may import, from top to bottom; `src/*.ts` is open to all. */
  uses: readonly string[];
  /** Files and folders of it that others may import; all of it where none is named. */
  doors?: readonly string[];
}

const STORE_AND_BELOW = ["store", "domain"] as const;

/** What each dialect may use: rules of who may say what stand in `core`, so that none forgets them. */
const DIALECT = ["api/shared", "core", "runs", ...STORE_AND_BELOW] as const;

/** Each arrow goes to a room further up in this list: nothing points back. */
export const ROOMS: Readonly<Record<string, Room>> = {
  domain: { is: "nouns, failures, states of a run, events; pure", uses: [] },
  search: { is: "chunks, terms, ranking, vectors; pure", uses: [] },
  net: { is: "guarded outbound requests", uses: ["domain"] },
  documents: { is: "text out of files", uses: ["domain"], doors: ["index.ts"] },
  template: { is: "the bounded template language", uses: ["domain"], doors: ["index.ts"] },
  sandbox: { is: "metered QuickJS", uses: ["domain"], doors: ["index.ts"] },
  observability: {
    is: "log lines, counts and what they leave out; knows nobody",
    uses: ["domain"],
  },
  store: { is: "D1 and R2, a folder a noun", uses: ["search", "domain"] },
  engine: {
    is: "interpreter, actions, models: runs a tool on what it is handed",
    uses: ["documents", "template", "sandbox", "net", "domain"],
  },
  knowledge: {
    is: "indexing and search of documents",
    uses: ["engine", "documents", "net", "search", ...STORE_AND_BELOW],
  },
  adapters: {
    is: "the engine's ports on D1, R2 and env",
    uses: ["knowledge", "engine", "net", "observability", ...STORE_AND_BELOW],
  },
  runs: {
    is: "a thread's Durable Object, and the way to it",
    uses: ["adapters", "engine", "net", "observability", ...STORE_AND_BELOW],
    doors: ["client", "object/protocol.ts", "webhooks/signature.ts"],
  },
  core: {
    is: "verbs with their caller: who may say, start and be told what; what the service needs",
    uses: ["runs", "adapters", "engine", "sandbox", "observability", ...STORE_AND_BELOW],
  },
  "api/shared": {
    is: "what all dialects share",
    uses: ["core", "observability", ...STORE_AND_BELOW],
  },
  "api/rebyte": { is: "ReByte's published dialect", uses: DIALECT },
  "api/metorial": { is: "Metorial's published dialect", uses: DIALECT },
  "api/openai": { is: "OpenAI's Assistants, version 2", uses: DIALECT },
  "api/ai-sdk": { is: "the AI SDK's chats: a page's `useChat` as it is", uses: DIALECT },
  "api/platform": {
    is: "Bobbin's own calls, in ReByte's forms",
    uses: ["api/rebyte", ...DIALECT, "knowledge", "adapters", "engine"],
  },
  "api/admin": {
    is: "the operator's calls",
    uses: ["api/platform", "api/rebyte", "api/shared", "core", ...STORE_AND_BELOW],
  },
  site: { is: "landing page and reference", uses: ["api/shared"] },
};
