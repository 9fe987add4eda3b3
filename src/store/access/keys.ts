/** API keys. A key itself is never stored: its SHA-256 is. */
import type { Scope } from "../../domain/access/caller";
import { type Outcome, failed, success } from "../../domain/failure";
import { toHex } from "../../domain/ids";
import { PAGE } from "../../limits";
import { firstRow, query, runBatch, runQuery } from "../sql/batch";
import type { ControlDatabase } from "../sql/databases";
import { STRINGS } from "../sql/shapes";
import { type RowOf, computed, integer, json, nullable, table, text } from "../sql/table";

/** A key without its secret: the store has the secret's hash alone. */
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

const KEYS = table("api_keys", {
  id: text("id"),
  projectId: text("project_id"),
  projectNumber: computed(
    integer("project_number"),
    "(SELECT number FROM projects WHERE projects.id = api_keys.project_id)",
  ),
  name: text("name"),
  hint: text("hint"),
  scopes: json<readonly Scope[]>("scopes", STRINGS),
  createdAtMs: integer("created_at_ms"),
  expiresAtMs: nullable(integer("expires_at_ms")),
  revokedAtMs: nullable(integer("revoked_at_ms")),
  lastUsedAtMs: nullable(integer("last_used_at_ms")),
});

type KeyRow = RowOf<typeof KEYS>;

const SELECT_KEY = `SELECT ${KEYS.columns} FROM api_keys`;

/** SHA-256 in hex. */
export async function hashKey(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return toHex(new Uint8Array(digest));
}

/** The key of this hash; null where there is none. */
export async function findKey(db: ControlDatabase, hash: string): Promise<ApiKey | null> {
  const row = await firstRow<KeyRow>(query(db, `${SELECT_KEY} WHERE hash = ?`, hash));
  return row === undefined ? null : KEYS.read(row);
}

export interface NewKey {
  projectId: string;
  id: string;
  name: string;
  /** The key itself: hashed here, and kept nowhere. */
  secret: string;
  scopes: readonly Scope[];
  expiresAtMs: number | null;
  nowMs: number;
}

const HINT_CHARS = 4;

/** Keeps the secret's hash alone. Fails with `not_found` where the project is gone. */
export async function createKey(
  db: ControlDatabase,
  { projectId, id, name, secret, scopes, expiresAtMs, nowMs }: NewKey,
): Promise<Outcome<ApiKey>> {
  const hash = await hashKey(secret);
  const { keys } = await runBatch(db, {
    made: query(
      db,
      `INSERT INTO api_keys (project_id, id, name, hash, hint, scopes, created_at_ms, expires_at_ms)
       SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM projects WHERE id = ?1`,
      projectId,
      id,
      name,
      hash,
      secret.slice(-HINT_CHARS),
      JSON.stringify(scopes),
      nowMs,
      expiresAtMs,
    ),
    keys: query<KeyRow>(db, `${SELECT_KEY} WHERE hash = ?`, hash),
  });
  const [row] = keys;
  return row === undefined
    ? failed({ kind: "not_found", entity: "project", id: projectId })
    : success(KEYS.read(row));
}

/** The newest first, revoked ones included. */
export async function listKeys(db: ControlDatabase, projectId: string): Promise<Outcome<ApiKey[]>> {
  const { keys, projects } = await runBatch(db, {
    keys: query<KeyRow>(
      db,
      `${SELECT_KEY} WHERE project_id = ? ORDER BY created_at_ms DESC, id LIMIT ${PAGE.maxSmallItems}`,
      projectId,
    ),
    projects: query(db, "SELECT id FROM projects WHERE id = ?", projectId),
  });
  return projects.length === 0
    ? failed({ kind: "not_found", entity: "project", id: projectId })
    : success(keys.map(KEYS.read));
}

/** For good, and once: a key that is revoked already stays as it is. Returns the key's hash too. */
export async function revokeKey(
  db: ControlDatabase,
  { projectId, id, nowMs }: { projectId: string; id: string; nowMs: number },
): Promise<Outcome<{ id: string; hash: string }>> {
  const row = await firstRow<{ id: string; hash: string }>(
    query(
      db,
      `UPDATE api_keys SET revoked_at_ms = coalesce(revoked_at_ms, ?3)
       WHERE project_id = ?1 AND id = ?2 RETURNING id, hash`,
      projectId,
      id,
      nowMs,
    ),
  );
  return row === undefined ? failed({ kind: "not_found", entity: "key", id }) : success(row);
}

export interface KeyRotation {
  projectId: string;
  id: string;
  newId: string;
  secret: string;
  /** The old key's end, unless it ends before. */
  oldExpiresAtMs: number;
  nowMs: number;
}

/** A new key like the old one, which must be good still. Returns the old one's hash too. */
export async function rotateKey(
  db: ControlDatabase,
  { projectId, id, newId, secret, oldExpiresAtMs, nowMs }: KeyRotation,
): Promise<Outcome<{ key: ApiKey; oldHash: string }>> {
  const hash = await hashKey(secret);
  const isGood = `project_id = ?1 AND id = ?2 AND revoked_at_ms IS NULL
    AND (expires_at_ms IS NULL OR expires_at_ms > ?3)`;
  const { ended, keys } = await runBatch(db, {
    made: query(
      db,
      `INSERT INTO api_keys (project_id, id, name, hash, hint, scopes, created_at_ms, expires_at_ms)
       SELECT project_id, ?4, name, ?5, ?6, scopes, ?3, expires_at_ms FROM api_keys WHERE ${isGood}`,
      projectId,
      id,
      nowMs,
      newId,
      hash,
      secret.slice(-HINT_CHARS),
    ),
    ended: query<{ hash: string }>(
      db,
      `UPDATE api_keys SET expires_at_ms = min(coalesce(expires_at_ms, ?4), ?4)
       WHERE ${isGood} RETURNING hash`,
      projectId,
      id,
      nowMs,
      oldExpiresAtMs,
    ),
    keys: query<KeyRow>(db, `${SELECT_KEY} WHERE hash = ?`, hash),
  });
  const [old] = ended;
  const [row] = keys;
  return row === undefined || old === undefined
    ? failed({ kind: "not_found", entity: "key", id })
    : success({ key: KEYS.read(row), oldHash: old.hash });
}

/** Notes when the key was last used. */
export async function noteKeyUse(
  db: ControlDatabase,
  key: Pick<ApiKey, "projectId" | "id">,
  nowMs: number,
): Promise<void> {
  const sql = "UPDATE api_keys SET last_used_at_ms = ? WHERE project_id = ? AND id = ?";
  await runQuery(query(db, sql, nowMs, key.projectId, key.id));
}
