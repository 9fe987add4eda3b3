import { ActionFailure } from "../domain/action-failure";
import type { VersionSelector } from "../domain/tool";

/** The failure of an action that runs a tool which the project does not have, or not in this version. */
export function toolNotFound(toolId: string, version: VersionSelector): ActionFailure {
  const named = version === "default" ? "" : ` with a version ${version}`;
  return new ActionFailure("tool_not_found", `There is no tool ${toolId}${named}.`);
}
