/** What is kept beside a run, as JSON in parts that fit a row; small values of a few runs stay in memory. */
import { parseJson } from "../../domain/json";
import { MEMORY } from "../../limits";
import { splitText } from "../events/long-text";
import type { RunBlobs } from "../object/run-blobs";

type Name = keyof RunBlobs;

interface Blob<Value> {
  /** Undefined: there is none of this name. */
  value: Value | undefined;
  chars: number;
}

type Blobs = { [One in Name]?: Blob<RunBlobs[One]> };

export class BlobTable {
  /** Durable. */
  readonly #sql: SqlStorage;
  /** Memory: what is known of runs, by run and name, the one asked for last at the end. */
  readonly #known = new Map<string, Blobs>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The run is new: it has none of them. */
  noteNew(runId: string): void {
    for (const name of ["plan", "wait", "ending"] as const) {
      this.#remember(runId, name, NONE);
    }
  }

  put<One extends Name>(runId: string, name: One, value: RunBlobs[One]): void {
    const text = JSON.stringify(value);
    const parts = splitText(text);
    const known = this.#known.get(runId)?.[name];
    if (known === undefined || known.value !== undefined) {
      const sql = "DELETE FROM run_blobs WHERE run_id = ? AND name = ?";
      this.#sql.exec(sql, runId, name);
    }
    for (const [part, body] of parts.entries()) {
      this.#sql.exec(
        "INSERT INTO run_blobs (run_id, name, part, body) VALUES (?, ?, ?, ?)",
        runId,
        name,
        part,
        body,
      );
    }
    this.#remember(runId, name, { value, chars: text.length });
  }

  get<One extends Name>(runId: string, name: One): RunBlobs[One] | undefined {
    const known = this.#known.get(runId)?.[name];
    if (known !== undefined) {
      return known.value;
    }
    const text = this.#sql
      .exec<{ body: string }>(
        "SELECT body FROM run_blobs WHERE run_id = ? AND name = ? ORDER BY part",
        runId,
        name,
      )
      .toArray()
      .map(({ body }) => body)
      .join("");
    if (text === "") {
      this.#remember(runId, name, NONE);
      return undefined;
    }
    const value = parseJson<RunBlobs[One]>(text);
    this.#remember(runId, name, { value, chars: text.length });
    return value;
  }

  /** Of its JSON. */
  chars(runId: string, name: Name): number {
    const known = this.#known.get(runId)?.[name];
    return (
      known?.chars ??
      this.#sql
        .exec<{ chars: number }>(
          "SELECT coalesce(sum(length(body)), 0) AS chars FROM run_blobs WHERE run_id = ? AND name = ?",
          runId,
          name,
        )
        .one().chars
    );
  }

  /** Forgets those of the run. */
  remove(runId: string): void {
    this.#known.delete(runId);
    this.#sql.exec("DELETE FROM run_blobs WHERE run_id = ?", runId);
  }

  /** Keeps those of the run on disk alone. */
  release(runId: string): void {
    this.#known.delete(runId);
  }

  dropMemory(): void {
    this.#known.clear();
  }

  #remember<One extends Name>(runId: string, name: One, blob: Blob<RunBlobs[One]>): void {
    const ofRun: Blobs = this.#known.get(runId) ?? {};
    this.#known.delete(runId);
    this.#known.set(runId, ofRun);
    const isSmall = blob.chars <= MEMORY.blobMaxChars;
    Object.assign(ofRun, { [name]: isSmall ? blob : undefined });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MEMORY.blobRuns) {
        break;
      }
      this.#known.delete(oldest);
    }
  }
}

const NONE = { value: undefined, chars: 0 };
