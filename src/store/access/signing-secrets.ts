/** Signing secrets of session tokens and the revocations of tokens, by project. */
import { newProjectId, randomHex } from "../../domain/ids";
import { allRows, firstRow, query, runBatch, runQuery } from "../sql/batch";
import type { ControlDatabase } from "../sql/databases";
import { type RowOf, integer, nullable, table, text } from "../sql/table";

/** A project's secret that signs session tokens. */
export interface SigningSecret {
  /** The `kid` of the tokens that it signs. */
  id: string;
  createdAtMs: number;
  retiresAtMs: number | null;
}

const SECRETS = table("signing_secrets", {
  id: text("id"),
  createdAtMs: integer("created_at_ms"),
  retiresAtMs: nullable(integer("retires_at_ms")),
});

/** All that a token's check needs to know of the world. */
export interface SigningKeyState {
  projectId: string;
  projectNumber: number;
  secret: string;
  retiresAtMs: number | null;
  /** Tokens issued at or before this are revoked. */
  notBeforeMs: number;
}

const SECRET_BYTES = 32;
const WHOLE_PROJECT = "";

/**
 * A new secret, which signs from now on. Those in use retire at `retireOthersAtMs`: until then the
 * tokens of both are good.
 */
export async function rotateSigningSecret(
  db: ControlDatabase,
  projectId: string,
  times: { nowMs: number; retireOthersAtMs: number },
): Promise<SigningSecret & { secret: string }> {
  const made = { id: newProjectId(), createdAtMs: times.nowMs, retiresAtMs: null };
  const secret = `bss_${randomHex(SECRET_BYTES)}`;
  await runBatch(db, {
    others: query(
      db,
      "UPDATE signing_secrets SET retires_at_ms = ?2 WHERE project_id = ?1 AND retires_at_ms IS NULL",
      projectId,
      times.retireOthersAtMs,
    ),
    made: SECRETS.insert(db, made, { more: { project_id: projectId, secret } }),
  });
  return { ...made, secret };
}

/** Oldest first; without the secrets themselves. */
export async function listSigningSecrets(
  db: ControlDatabase,
  projectId: string,
): Promise<SigningSecret[]> {
  const sql = `SELECT ${SECRETS.columns} FROM signing_secrets WHERE project_id = ?
    ORDER BY created_at_ms`;
  const rows = await allRows(query<RowOf<typeof SECRETS>>(db, sql, projectId));
  return rows.map(SECRETS.read);
}

/** True where there was such a secret; its tokens are refused from `nowMs` on. */
export async function retireSigningSecret(
  db: ControlDatabase,
  projectId: string,
  id: string,
  nowMs: number,
): Promise<boolean> {
  const sql = `UPDATE signing_secrets SET retires_at_ms = min(coalesce(retires_at_ms, ?3), ?3)
    WHERE project_id = ?1 AND id = ?2`;
  return (await runQuery(query(db, sql, projectId, id, nowMs))) > 0;
}

/** The secret that signs just now, made where the project has none, and the user's revocation. */
export async function secretForMinting(
  db: ControlDatabase,
  projectId: string,
  endUserId: string,
  nowMs: number,
): Promise<{ id: string; secret: string; notBeforeMs: number }> {
  const { secrets, revocations } = await runBatch(db, {
    made: query(
      db,
      `INSERT INTO signing_secrets (id, project_id, secret, created_at_ms)
       SELECT ?2, ?1, ?3, ?4 WHERE NOT EXISTS (
         SELECT 1 FROM signing_secrets WHERE project_id = ?1 AND retires_at_ms IS NULL)`,
      projectId,
      newProjectId(),
      `bss_${randomHex(SECRET_BYTES)}`,
      nowMs,
    ),
    secrets: query<{ id: string; secret: string }>(
      db,
      `SELECT id, secret FROM signing_secrets WHERE project_id = ? AND retires_at_ms IS NULL
       ORDER BY created_at_ms DESC LIMIT 1`,
      projectId,
    ),
    revocations: query<{ not_before_ms: number | null }>(
      db,
      `SELECT max(not_before_ms) AS not_before_ms FROM token_revocations
       WHERE project_id = ?1 AND end_user_id IN (?2, ?3)`,
      projectId,
      endUserId,
      WHOLE_PROJECT,
    ),
  });
  const [row] = secrets;
  if (row === undefined) {
    throw new Error("a signing secret was not there after its insertion");
  }
  return { id: row.id, secret: row.secret, notBeforeMs: revocations[0]?.not_before_ms ?? 0 };
}

/** Null where no project has a secret of this id. */
export async function findSigningKeyState(
  db: ControlDatabase,
  secretId: string,
  endUserId: string,
): Promise<SigningKeyState | null> {
  const row = await firstRow<{
    project_id: string;
    project_number: number;
    secret: string;
    retires_at_ms: number | null;
    not_before_ms: number | null;
  }>(
    query(
      db,
      `SELECT s.project_id, p.number AS project_number, s.secret, s.retires_at_ms,
         (SELECT max(not_before_ms) FROM token_revocations r
          WHERE r.project_id = s.project_id AND r.end_user_id IN (?2, ?3)) AS not_before_ms
       FROM signing_secrets s JOIN projects p ON p.id = s.project_id WHERE s.id = ?1`,
      secretId,
      endUserId,
      WHOLE_PROJECT,
    ),
  );
  return row === undefined
    ? null
    : {
        projectId: row.project_id,
        projectNumber: row.project_number,
        secret: row.secret,
        retiresAtMs: row.retires_at_ms,
        notBeforeMs: row.not_before_ms ?? 0,
      };
}

/** Refuses all tokens issued up to now: of one end user, or (null) of the whole project. */
export async function revokeTokens(
  db: ControlDatabase,
  projectId: string,
  endUserId: string | null,
  nowMs: number,
): Promise<void> {
  const sql = `INSERT INTO token_revocations (project_id, end_user_id, not_before_ms) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET not_before_ms = max(not_before_ms, excluded.not_before_ms)`;
  await runQuery(query(db, sql, projectId, endUserId ?? WHOLE_PROJECT, nowMs));
}
