/**
 * Versions of tools that this isolate has looked up. Whoever starts a run with one names the state in
 * which its tool was then (`StartRun.toolState`): the run's admission tells whether that still holds,
 * so that a version which is not current any more is never run.
 */
import type { VersionSelector } from "../domain/tool";
import { type ProjectDatabase } from "../store/sql/databases";
import {
  type NamedVersion,
  type UnknownVersion,
  loadToolVersion,
} from "../store/tools/tool-versions";

/** Definitions are a few KiB; what is larger is looked up each time. UTF-16 units of JSON. */
const MAX_CHARS = 64 * 1024;
/** 8 MiB at worst; the longest unused goes first. */
const MAX_VERSIONS = 64;

/** Memory of this isolate. */
const known = new Map<string, NamedVersion>();

interface ToolName {
  projectId: string;
  toolId: string;
  version: VersionSelector;
}

/** What an earlier look-up has found; null where there was none. */
export function knownVersion(name: ToolName): NamedVersion | null {
  const key = keyOf(name);
  const found = known.get(key) ?? null;
  if (found !== null) {
    known.delete(key);
    known.set(key, found);
  }
  return found;
}

export async function lookUpVersion(
  db: ProjectDatabase,
  name: ToolName,
): Promise<NamedVersion | UnknownVersion> {
  const found = await loadToolVersion(db, name.projectId, name.toolId, name.version);
  const key = keyOf(name);
  known.delete(key);
  if (!("unknown" in found) && JSON.stringify(found).length <= MAX_CHARS) {
    known.set(key, found);
  }
  for (const oldest of known.keys()) {
    if (known.size <= MAX_VERSIONS) {
      break;
    }
    known.delete(oldest);
  }
  return found;
}

function keyOf({ projectId, toolId, version }: ToolName): string {
  return JSON.stringify([projectId, toolId, version]);
}
