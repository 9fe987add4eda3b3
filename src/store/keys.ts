/** API keys. A key itself is never stored: its SHA-256 is. */
import type { Scope } from "../domain/caller";
import { toHex } from "../domain/ids";
import { firstRow, query } from "./batch";

export interface ApiKey {
  id: string;
  projectId: string;
  projectNumber: number;
  name: string;
  /** The key's last characters, to tell keys apart by. */
  hint: string;
  scopes: readonly Scope[];
  createdAtMs: number;
  expiresAtMs: number | null;
  revokedAtMs: number | null;
  /** To the hour: see `KEY.lastUsedStepMs`. */
  lastUsedAtMs: number | null;
}

interface ApiKeyRow {
  id: string;
  project_id: string;
  project_number: number;
  name: string;
  hint: string;
  scopes: string;
  created_at_ms: number;
  expires_at_ms: number | null;
  revoked_at_ms: number | null;
  last_used_at_ms: number | null;
}

const KEY_COLUMNS = `k.id, k.project_id, p.number AS project_number, k.name, k.hint, k.scopes,
  k.created_at_ms, k.expires_at_ms, k.revoked_at_ms, k.last_used_at_ms`;

/** SHA-256 in hex. */
export async function hashKey(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return toHex(new Uint8Array(digest));
}

export async function findKey(db: D1Database, hash: string): Promise<ApiKey | null> {
  const row = await firstRow<ApiKeyRow>(
    query(
      db,
      `SELECT ${KEY_COLUMNS} FROM api_keys k JOIN projects p ON p.id = k.project_id WHERE k.hash = ?`,
      hash,
    ),
  );
  return row === undefined ? null : readKey(row);
}

export async function noteKeyUse(
  db: D1Database,
  key: Pick<ApiKey, "projectId" | "id">,
  nowMs: number,
): Promise<void> {
  await db
    .prepare("UPDATE api_keys SET last_used_at_ms = ? WHERE project_id = ? AND id = ?")
    .bind(nowMs, key.projectId, key.id)
    .run();
}

function readKey(row: ApiKeyRow): ApiKey {
  const scopes: Scope[] = JSON.parse(row.scopes);
  return {
    id: row.id,
    projectId: row.project_id,
    projectNumber: row.project_number,
    name: row.name,
    hint: row.hint,
    scopes,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    revokedAtMs: row.revoked_at_ms,
    lastUsedAtMs: row.last_used_at_ms,
  };
}
