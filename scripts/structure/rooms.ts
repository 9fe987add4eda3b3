/**
 * The rooms of `src/`, which of them each may use, and by which door. The one table: lint rules are
 * written from it (`npm run structure -- --write`), and `npm run structure` measures by it.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

import { root } from "../local/settings.ts";

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
export const DIALECT = ["api/shared", "core", "runs", ...STORE_AND_BELOW] as const;

/** Folders whose `dialect.ts` makes a dialect; what each speaks stands at the head of that file. */
export const MOUNTED: Readonly<Record<string, Room>> = Object.fromEntries(
  readdirSync(path.join(root, "src/api"))
    .filter((folder) => folder !== "admin")
    .flatMap((folder) => {
      const file = path.join(root, "src/api", folder, "dialect.ts");
      const source = existsSync(file) ? readFileSync(file, "utf8") : "";
      return source.includes("= dialectOf(")
        ? [[`api/${folder}`, { is: firstWords(source), uses: DIALECT }]]
        : [];
    }),
);

function firstWords(source: string): string {
  return /^\/\*\* (.+?)(?:[:.]| \*\/)/.exec(source)?.[1] ?? "";
}

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
  indexing: {
    is: "documents indexed behind their requests: a knowledge's Durable Object",
    uses: ["adapters", "knowledge", "observability", ...STORE_AND_BELOW],
  },
  runs: {
    is: "a thread's Durable Object, and the way to it",
    uses: ["adapters", "engine", "net", "observability", ...STORE_AND_BELOW],
    doors: ["client", "object/protocol.ts", "sockets/socket-dialect.ts", "webhooks/signature.ts"],
  },
  core: {
    is: "verbs with their caller: who may say, start and be told what; what the service needs",
    uses: [
      "runs",
      "indexing",
      "adapters",
      "knowledge",
      "engine",
      "sandbox",
      "observability",
      ...STORE_AND_BELOW,
    ],
  },
  "api/shared": {
    is: "what all dialects share",
    uses: ["core", "observability", ...STORE_AND_BELOW],
  },
  "api/rebyte": { is: "ReByte's published dialect", uses: DIALECT },
  ...MOUNTED,
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
