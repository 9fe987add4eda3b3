/**
 * The project that a deploy is checked with: written straight into the database, so that no secret of
 * the operator is needed, and gone with all its rows afterwards.
 */
import { createHash } from "node:crypto";

import { newApiKey } from "../../src/domain/access/api-key.ts";
import type { Cloudflare } from "./cloudflare.ts";

/** One that a deploy has left behind when it was stopped is the next one's. */
const PROJECT_ID = "dep10c0ec0de00000000";
/** Dead by then, should its end be missed. */
const KEY_LIVES_MS = 15 * 60_000;

export async function withSmokeProject(
  { query }: Pick<Cloudflare, "query">,
  databaseId: string,
  use: (project: { projectId: string; key: string }) => Promise<void>,
): Promise<void> {
  const key = newApiKey();
  const hash = createHash("sha256").update(key).digest("hex");
  const now = Date.now();
  await removeProject(query, databaseId);
  await query(
    databaseId,
    `INSERT INTO projects (id, name, created_at_ms) VALUES ('${PROJECT_ID}', 'Check of a deploy', ${now});
     INSERT INTO project_numbers (id, number)
     SELECT id, number FROM projects WHERE id = '${PROJECT_ID}';
     INSERT INTO api_keys (project_id, id, name, hash, hint, scopes, created_at_ms, expires_at_ms)
     VALUES ('${PROJECT_ID}', 'deploy', 'Check of a deploy', '${hash}', '${key.slice(-4)}',
       '["read","write","run"]', ${now}, ${now + KEY_LIVES_MS})`,
  );
  try {
    await use({ projectId: PROJECT_ID, key });
  } finally {
    await removeProject(query, databaseId);
  }
}

/** From every table that names a project, those last that others refer to. */
async function removeProject(query: Cloudflare["query"], databaseId: string): Promise<void> {
  const tables = await query(
    databaseId,
    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%project~_id TEXT%' ESCAPE '~'",
  );
  const deletes = tables.map(
    ({ name }) => `DELETE FROM ${String(name)} WHERE project_id = '${PROJECT_ID}'`,
  );
  await query(
    databaseId,
    [
      ...deletes,
      `DELETE FROM project_numbers WHERE id = '${PROJECT_ID}'`,
      `DELETE FROM projects WHERE id = '${PROJECT_ID}'`,
    ].join("; "),
  );
}
