/** Ids under which clients of another service know what was brought from there. */
import { firstRow, query } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";

export interface AliasName {
  projectId: string;
  /** As the other service wrote it, with its prefix. */
  wireId: string;
  kind: string;
}

/** What the name stands for here; null where it is none. */
export async function findAlias(
  db: ProjectDatabase,
  { projectId, wireId, kind }: AliasName,
): Promise<string | null> {
  const row = await firstRow<{ id: string }>(
    query(
      db,
      "SELECT id FROM aliases WHERE project_id = ?1 AND wire_id = ?2 AND kind = ?3",
      projectId,
      wireId,
      kind,
    ),
  );
  return row?.id ?? null;
}
