import type { ToolVersion } from "../domain/tool";
import type { ToolReader } from "../engine/ports";
import type { ProjectDatabase } from "../store/sql/databases";
import { loadToolVersion } from "../store/tools/tool-versions";

/**
 * The tools of the project, for actions that run another one.
 * @param onLoad Hears of each that is about to run.
 */
export function toolReader(
  db: ProjectDatabase,
  projectId: string,
  onLoad: (version: ToolVersion) => void,
): ToolReader {
  return {
    async load(toolId, version) {
      const loaded = await loadToolVersion(db, projectId, toolId, version);
      if ("unknown" in loaded) {
        return null;
      }
      onLoad(loaded.version);
      return loaded;
    },
  };
}
