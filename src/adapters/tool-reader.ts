import type { ToolReader } from "../engine/ports";
import { loadToolVersion } from "../store/tools/tool-versions";

/** The tools of the project, for actions that run another one. */
export function toolReader(db: D1Database, projectId: string): ToolReader {
  return {
    async load(toolId, version) {
      const loaded = await loadToolVersion(db, projectId, toolId, version);
      return "unknown" in loaded ? null : loaded;
    },
  };
}
