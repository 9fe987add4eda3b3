/** Projects: what keys, threads, files and tools belong to. */
import type { Outcome } from "../../domain/failure";
import type { Page, PageRequest } from "../../domain/page";
import type { Counter, Quotas } from "../../domain/usage/quota";
import { allRows, firstRow, query, runQuery } from "../sql/batch";
import type { ControlDatabase, ProjectDatabase } from "../sql/databases";
import { listPage } from "../sql/pages";
import { type RowOf, integer, table, text } from "../sql/table";

/** Who owns everything else. */
export interface Project {
  id: string;
  /** Small, counted from 1 in the whole deployment: files show it. */
  number: number;
  name: string;
  createdAtMs: number;
}

const PROJECTS = table("projects", {
  id: text("id"),
  number: integer("number"),
  name: text("name"),
  createdAtMs: integer("created_at_ms"),
});

type ProjectRow = RowOf<typeof PROJECTS>;

/** Known to the control database first, which numbers it, then to the one of its data. */
export async function createProject(
  { control, data }: { control: ControlDatabase; data: ProjectDatabase },
  { id, name, nowMs }: { id: string; name: string; nowMs: number },
): Promise<Project> {
  const row = await firstRow<ProjectRow>(
    query(
      control,
      `INSERT INTO projects (id, name, created_at_ms) VALUES (?, ?, ?) RETURNING ${PROJECTS.columns}`,
      id,
      name,
      nowMs,
    ),
  );
  if (row === undefined) {
    throw new Error("D1 did not return the project it has written.");
  }
  const project = PROJECTS.read(row);
  try {
    const sql = "INSERT INTO project_numbers (id, number) VALUES (?, ?)";
    await runQuery(query(data, sql, id, project.number));
  } catch (error) {
    await runQuery(query(control, "DELETE FROM projects WHERE id = ?", id));
    throw error;
  }
  return project;
}

/** The project under this id by this name: made, or renamed where it is there. */
export async function putProject(
  { control, data }: { control: ControlDatabase; data: ProjectDatabase },
  { id, name, nowMs }: { id: string; name: string; nowMs: number },
): Promise<Project> {
  const sql = `INSERT INTO projects (id, name, created_at_ms) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING ${PROJECTS.columns}`;
  const row = await firstRow<ProjectRow>(query(control, sql, id, name, nowMs));
  if (row === undefined) {
    throw new Error("D1 did not return the project it has written.");
  }
  const project = PROJECTS.read(row);
  const number = "INSERT OR IGNORE INTO project_numbers (id, number) VALUES (?, ?)";
  await runQuery(query(data, number, id, project.number));
  return project;
}

/** A project with what the operator has set for it. */
export interface ProjectSettings {
  project: Project;
  /** Null: for ever. */
  keepIdleDays: number | null;
  quotas: Quotas;
}

/** Null where there is no such project. */
export async function readProject(
  { control, data }: { control: ControlDatabase; data: ProjectDatabase },
  id: string,
): Promise<ProjectSettings | null> {
  const [row, quotas] = await Promise.all([
    firstRow<ProjectRow & { keep_idle_days: number | null }>(
      query(control, `SELECT ${PROJECTS.columns}, keep_idle_days FROM projects WHERE id = ?`, id),
    ),
    allRows(
      query<{ counter: Counter; most: number }>(
        data,
        "SELECT counter, most FROM quotas WHERE project_id = ?",
        id,
      ),
    ),
  ]);
  return row === undefined
    ? null
    : {
        project: PROJECTS.read(row),
        keepIdleDays: row.keep_idle_days,
        quotas: Object.fromEntries(quotas.map(({ counter, most }) => [counter, most])),
      };
}

/** Its name alone, of the control database. */
export async function getProject(db: ControlDatabase, id: string): Promise<Project | undefined> {
  const row = await firstRow<ProjectRow>(
    query(db, `SELECT ${PROJECTS.columns} FROM projects WHERE id = ?`, id),
  );
  return row && PROJECTS.read(row);
}

/** A page of all projects, for the operator. */
export function listProjects(
  db: ControlDatabase,
  page: PageRequest,
): Promise<Outcome<Page<Project>>> {
  return listPage(
    db,
    {
      table: "(SELECT number AS seq, id, number, name, created_at_ms FROM projects)",
      columns: PROJECTS.columns,
      within: "TRUE",
      bindings: [],
      read: PROJECTS.read,
    },
    page,
  );
}
