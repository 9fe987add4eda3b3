import type { ToolVersion, VersionSelector } from "../domain/tool";
import type { ToolReader } from "../engine/ports";
import type { ProjectDatabase } from "../store/sql/databases";
import { loadToolVersion } from "../store/tools/tool-versions";

/** Versions that an attempt of a run keeps: its tools nest five deep, and a version may have a megabyte. */
const KEPT_VERSIONS = 8;

/**
 * The tools of the project, for actions that run another one, as one attempt of a run finds them: what its
 * iterations ask for again is not asked of D1 again, where everybody's queries wait for each other.
 * @param onLoad Hears of each that is about to run.
 */
export function toolReader(
  db: ProjectDatabase,
  projectId: string,
  onLoad: (version: ToolVersion) => void,
): ToolReader {
  type Loading = ReturnType<ToolReader["load"]>;
  const kept = new Map<string, Loading>();

  async function load(toolId: string, version: VersionSelector): Loading {
    const loaded = await loadToolVersion(db, projectId, toolId, version);
    if ("unknown" in loaded) {
      return null;
    }
    onLoad(loaded.version);
    return loaded;
  }

  return {
    load(toolId, version) {
      const name = `${toolId}/${version}`;
      const known = kept.get(name);
      const loading = known ?? load(toolId, version);
      kept.delete(name);
      kept.set(name, loading);
      if (known === undefined) {
        loading.catch(() => kept.delete(name));
        const [oldest] = kept.keys();
        if (kept.size > KEPT_VERSIONS && oldest !== undefined) {
          kept.delete(oldest);
        }
      }
      return loading;
    },
  };
}
