import { env } from "cloudflare:workers";

import type { Scope } from "../../src/domain/access/caller";
import { SCOPES } from "../../src/domain/access/caller";
import { newProjectId, randomHex } from "../../src/domain/ids";
import { hashKey } from "../../src/store/access/keys";

export interface TestProject {
  id: string;
  number: number;
  /** `sk-…`, with all scopes. */
  key: string;
}

/** A fresh project with a key: tests share one database and stay apart by these. */
export async function makeProject(): Promise<TestProject> {
  const id = newProjectId();
  const row = await env.DB.prepare(
    "INSERT INTO projects (id, name, created_at_ms) VALUES (?, 'test', 0) RETURNING number",
  )
    .bind(id)
    .first<{ number: number }>();
  const number = row?.number ?? 0;
  await env.DB.prepare("INSERT INTO project_numbers (id, number) VALUES (?, ?)")
    .bind(id, number)
    .run();
  return { id, number, key: await makeKey(id) };
}

export async function makeKey(
  projectId: string,
  options: { scopes?: readonly Scope[]; expiresAtMs?: number; revokedAtMs?: number } = {},
): Promise<string> {
  const key = `sk-${randomHex(20)}`;
  const { scopes = SCOPES, expiresAtMs = null, revokedAtMs = null } = options;
  await env.DB.prepare(
    `INSERT INTO api_keys (project_id, id, name, hash, hint, scopes, created_at_ms, expires_at_ms,
       revoked_at_ms) VALUES (?, ?, 'test', ?, ?, ?, 0, ?, ?)`,
  )
    .bind(
      projectId,
      randomHex(10),
      await hashKey(key),
      key.slice(-4),
      JSON.stringify(scopes),
      expiresAtMs,
      revokedAtMs,
    )
    .run();
  return key;
}
