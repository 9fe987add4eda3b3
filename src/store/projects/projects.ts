/** Projects: what keys, threads, files and tools belong to. */
import type { Outcome } from "../../domain/failure";
import type { Page, PageRequest } from "../../domain/page";
import { firstRow, query } from "../sql/batch";
import { listPage } from "../sql/pages";

export interface Project {
  id: string;
  /** Small, counted from 1 in the whole deployment: files show it. */
  number: number;
  name: string;
  createdAtMs: number;
}

interface ProjectRow {
  id: string;
  number: number;
  name: string;
  created_at_ms: number;
}

export async function createProject(
  db: D1Database,
  { id, name, nowMs }: { id: string; name: string; nowMs: number },
): Promise<Project> {
  const row = await firstRow<ProjectRow>(
    query(
      db,
      "INSERT INTO projects (id, name, created_at_ms) VALUES (?, ?, ?) RETURNING id, number, name, created_at_ms",
      id,
      name,
      nowMs,
    ),
  );
  if (row === undefined) {
    throw new Error("D1 did not return the project it has written.");
  }
  return readProject(row);
}

export function listProjects(db: D1Database, page: PageRequest): Promise<Outcome<Page<Project>>> {
  return listPage(
    db,
    {
      table: "(SELECT number AS seq, id, number, name, created_at_ms FROM projects)",
      columns: "id, number, name, created_at_ms",
      within: "TRUE",
      bindings: [],
      read: readProject,
    },
    page,
  );
}

function readProject(row: ProjectRow): Project {
  return { id: row.id, number: row.number, name: row.name, createdAtMs: row.created_at_ms };
}
