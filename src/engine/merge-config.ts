/** The config that a run uses: the kinds' defaults, the definition's config over them, the run's over both. */
import type { Issue } from "../domain/failure";
import { issuesOf, REPORT_INPUT } from "../domain/issues-of";
import { askMeant } from "../domain/names/nearest-name";
import type { ActionDefinition, RunConfig } from "../domain/tool";
import { kindOf } from "./actions/index";
import { allActions } from "./all-actions";

export type MergedConfig = { ok: true; config: RunConfig } | { ok: false; issues: Issue[] };

/**
 * The whole config of every action that has one. Issues have the path in `config`: an action that the
 * tool does not have, a key that its type does not know, a value of the wrong type.
 */
export function mergeConfig(
  actions: readonly ActionDefinition[],
  changes: RunConfig,
): MergedConfig {
  const byName = new Map(allActions(actions).map((action) => [action.name, action]));
  const issues: Issue[] = Object.keys(changes)
    .filter((name) => !byName.has(name))
    .map((name) => ({
      path: ["config", name],
      message: `is no action of this tool${askMeant(name, byName.keys())}`,
    }));
  const config: RunConfig = {};
  for (const [name, action] of byName) {
    const parsed = kindOf(action.type).config.safeParse(
      { ...action.config, ...changes[name] },
      REPORT_INPUT,
    );
    if (!parsed.success) {
      issues.push(...issuesOf(parsed.error.issues, ["config", name]));
    } else if (Object.keys(parsed.data).length > 0) {
      config[name] = parsed.data;
    }
  }
  return issues.length === 0 ? { ok: true, config } : { ok: false, issues };
}
