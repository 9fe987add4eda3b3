/** The row codec: the only place where snake_case columns meet the domain's nouns. */
import type { StoredFile } from "../../domain/file";
import type { Message, MessagePart, Role } from "../../domain/message";
import type { Metadata } from "../../domain/metadata";
import type { Thread } from "../../domain/thread";
import type { DefaultVersion, Tool } from "../../domain/tool";

export const THREAD_COLUMNS = `id, project_id, created_at_ms, updated_at_ms, metadata, tool_id,
  end_user_id, language, country, timezone`;

export interface ThreadRow {
  id: string;
  project_id: string;
  created_at_ms: number;
  updated_at_ms: number;
  metadata: string | null;
  tool_id: string | null;
  end_user_id: string | null;
  language: string | null;
  country: string | null;
  timezone: string | null;
}

export function readThread(row: ThreadRow): Thread {
  return {
    id: row.id,
    projectId: row.project_id,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    metadata: readMetadata(row.metadata),
    toolId: row.tool_id,
    endUserId: row.end_user_id,
    language: row.language,
    country: row.country,
    timezone: row.timezone,
  };
}

export const MESSAGE_COLUMNS = `id, thread_id, role, content, file_ids, metadata, parts, created_at_ms,
  tool_id, tool_name, run_id, incomplete`;

export interface MessageRow {
  id: string;
  thread_id: string;
  role: Role;
  content: string;
  file_ids: string;
  metadata: string | null;
  parts: string | null;
  created_at_ms: number;
  tool_id: string | null;
  tool_name: string | null;
  run_id: string | null;
  incomplete: number;
}

export function readMessage(row: MessageRow): Message {
  const fileIds: string[] = JSON.parse(row.file_ids);
  const parts: MessagePart[] | null = row.parts === null ? null : JSON.parse(row.parts);
  const { tool_id: toolId, tool_name: toolName, run_id: runId } = row;
  return {
    id: row.id,
    threadId: row.thread_id,
    role: row.role,
    content: row.content,
    fileIds,
    metadata: readMetadata(row.metadata),
    parts,
    createdAtMs: row.created_at_ms,
    writtenBy:
      toolId === null || toolName === null || runId === null ? null : { toolId, toolName, runId },
    incomplete: row.incomplete === 1,
  };
}

/** The project's number is a part of the file for those who list it. */
export const FILE_COLUMNS = `id, project_id, (SELECT number FROM projects
  WHERE projects.id = files.project_id) AS project_number, name, mime_type, size, created_at_ms`;

export interface FileRow {
  id: string;
  project_id: string;
  project_number: number;
  name: string;
  mime_type: string;
  size: number;
  created_at_ms: number;
}

export function readFile(row: FileRow): StoredFile {
  return {
    id: row.id,
    projectId: row.project_id,
    projectNumber: row.project_number,
    name: row.name,
    mimeType: row.mime_type,
    size: row.size,
    createdAtMs: row.created_at_ms,
  };
}

export const TOOL_COLUMNS = `id, project_id, name, description, latest_version, live_version,
  default_version, created_at_ms, updated_at_ms`;

export interface ToolRow {
  id: string;
  project_id: string;
  name: string;
  description: string | null;
  latest_version: number;
  live_version: number;
  default_version: DefaultVersion;
  created_at_ms: number;
  updated_at_ms: number;
}

export function readTool(row: ToolRow): Tool {
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    description: row.description,
    latestVersion: row.latest_version,
    liveVersion: row.live_version,
    defaultVersion: row.default_version,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

/** How a nullable JSON column is written. */
export function toJsonColumn(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function readMetadata(text: string | null): Metadata | null {
  return text === null ? null : JSON.parse(text);
}
