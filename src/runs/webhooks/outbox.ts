/** What the project is yet to be told, in the object's SQLite: it survives whatever the object does. */
import { parseJson } from "../../domain/json";
import type { Announcement } from "../../domain/webhook";

/** Not in the store yet, or there and on its way. */
export type Item =
  | { kind: "announcement"; announcement: Announcement; ownHost: string }
  | { kind: "delivery"; projectId: string; ownHost: string };

export interface OutboxEntry {
  id: string;
  item: Item;
}

export class Outbox {
  /** Durable. */
  readonly #sql: SqlStorage;
  /** Memory: nothing is in it. False where that is not known. */
  #isEmpty = false;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** One that is there already is due at this time instead. */
  put(id: string, item: Item, dueAtMs: number): void {
    this.#isEmpty = false;
    this.#sql.exec(
      "INSERT OR REPLACE INTO outbox (id, due_at_ms, body) VALUES (?, ?, ?)",
      id,
      dueAtMs,
      JSON.stringify(item),
    );
  }

  postpone(id: string, dueAtMs: number): void {
    this.#sql.exec("UPDATE outbox SET due_at_ms = ? WHERE id = ?", dueAtMs, id);
  }

  remove(id: string): void {
    this.#sql.exec("DELETE FROM outbox WHERE id = ?", id);
  }

  /** A transaction that took some out was rolled back. */
  dropMemory(): void {
    this.#isEmpty = false;
  }

  /** Those that are due and those named, the longest waiting first. */
  due(nowMs: number, named: readonly string[], limit: number): OutboxEntry[] {
    return this.#sql
      .exec<{ id: string; body: string }>(
        `SELECT id, body FROM outbox
         WHERE due_at_ms <= ? OR id IN (SELECT value FROM json_each(?))
         ORDER BY due_at_ms, id LIMIT ?`,
        nowMs,
        JSON.stringify(named),
        limit,
      )
      .toArray()
      .map(({ id, body }) => ({ id, item: parseJson<Item>(body) }));
  }

  /** When the next is due; null where there is none. */
  nextAtMs(): number | null {
    if (this.#isEmpty) {
      return null;
    }
    const { at_ms: atMs } = this.#sql
      .exec<{ at_ms: number | null }>("SELECT min(due_at_ms) AS at_ms FROM outbox")
      .one();
    this.#isEmpty = atMs === null;
    return atMs;
  }
}
