/**
 * Versions of tools that this isolate has looked up. Whoever starts a run with one names the state in
 * which its tool was then (`StartRun.assumed`): the run's admission tells whether that still holds,
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

/** A tool's version, as a call names it. */
export interface ToolName {
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

/** The version that a call will want, looked up while its caller is: one round trip for both. */
export class LookAhead {
  readonly #db: ProjectDatabase;
  readonly #name: ToolName;
  #found: ReturnType<typeof lookUpVersion> | null = null;

  constructor(db: ProjectDatabase, name: ToolName) {
    this.#db = db;
    this.#name = name;
  }

  /** The caller is not known, and is being looked up. */
  begin(): void {
    if (this.#found === null && knownVersion(this.#name) === null) {
      this.#found = lookUpVersion(this.#db, this.#name);
      // Whoever takes it hears of it; a caller that is refused does not.
      this.#found.catch(() => {});
    }
  }

  /** What was found, once; null where it is of another name, or nothing was begun. */
  take(name: ToolName): ReturnType<typeof lookUpVersion> | null {
    const found = keyOf(name) === keyOf(this.#name) ? this.#found : null;
    this.#found = null;
    return found;
  }
}

function keyOf({ projectId, toolId, version }: ToolName): string {
  return JSON.stringify([projectId, toolId, version]);
}
