/**
 * A backup: NDJSON. A `bobbin_backup` line; of each project a `project` line, the records of its export
 * as the server wrote them, with a `checkpoint` behind each part, and a `project_end` line with their
 * digest; last an `end` line with the digest of every byte before it. No key, secret, token or
 * webhook is in it.
 */
import { createHash } from "node:crypto";
import type { Hash } from "node:crypto";

import * as z from "zod";

const BACKUP_VERSION = 1;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Counts = z.record(z.string(), z.int());
export type Counts = z.output<typeof Counts>;

export const Head = z.strictObject({
  type: z.literal("bobbin_backup"),
  version: z.literal(BACKUP_VERSION),
  /** Where it was taken, and of what: a project's id, or `all`; `key` for the project of a key. */
  url: z.string(),
  of: z.string(),
});

export const ProjectLine = z.strictObject({
  type: z.literal("project"),
  /** Null where it was taken with a key of the project, which does not tell. */
  id: z.string().nullable(),
  name: z.string().nullable(),
  keep_idle_days: z.int().nullable(),
  quotas: z.record(z.string(), z.int()),
});
export type ProjectLine = z.output<typeof ProjectLine>;

/** Up to here it is whole; the export goes on with this cursor. */
export const Checkpoint = z.strictObject({
  type: z.literal("checkpoint"),
  next: z.string(),
  lost_files: z.int(),
});

export const ProjectEnd = z.strictObject({
  type: z.literal("project_end"),
  counts: Counts,
  /** Files whose bytes were lost already: they are not in it. */
  lost_files: z.int(),
  /** Of all its record lines, the pieces of files among them. */
  sha256: Sha256,
});
export type ProjectEnd = z.output<typeof ProjectEnd>;

export const End = z.strictObject({
  type: z.literal("end"),
  projects: z.int(),
  sha256: Sha256,
});

/** SHA-256 of a project's record lines and how many there are of each type; may be copied and set back. */
export class RecordDigest {
  readonly #hash: Hash;
  readonly #counts: Counts;

  constructor(hash: Hash = createHash("sha256"), counts: Counts = {}) {
    this.#hash = hash;
    this.#counts = counts;
  }

  add(type: string, line: Buffer): void {
    this.#hash.update(line);
    if (type !== "bytes") {
      this.#counts[type] = (this.#counts[type] ?? 0) + 1;
    }
  }

  copy(): RecordDigest {
    return new RecordDigest(this.#hash.copy(), { ...this.#counts });
  }

  /** By type, in the order of their names. */
  get counts(): Counts {
    return Object.fromEntries(
      Object.entries(this.#counts).toSorted(([left], [right]) => (left < right ? -1 : 1)),
    );
  }

  hex(): string {
    return this.#hash.copy().digest("hex");
  }
}

const PLURALS: Readonly<Record<string, string>> = {
  alias: "aliases",
  knowledge: "knowledge bases",
};

/** "3 messages, 1 thread". */
export function wordsOf(counts: Counts): string {
  const words = Object.entries(counts).map(([type, count]) => {
    const noun = type.replaceAll("_", " ");
    return `${count} ${count === 1 ? noun : (PLURALS[type] ?? `${noun}s`)}`;
  });
  return words.length === 0 ? "no records" : words.join(", ");
}
