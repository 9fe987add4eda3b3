/** The config that a run uses: the kinds' defaults, the definition's config over them, the run's over both. */
import type { Issue } from "../domain/failure";
import { issuesOf, REPORT_INPUT } from "../domain/issues-of";
import { isJsonObject } from "../domain/json";
import { askMeant } from "../domain/names/nearest-name";
import { FILE_SEARCH, RUN_CODE } from "../domain/run-event";
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
      continue;
    }
    const choice = changes[name]?.["function_call"];
    const forced = isJsonObject(choice) ? String(choice["name"]) : null;
    if (forced !== null && !mayDeclare(action, parsed.data, forced)) {
      issues.push(undeclared(name, forced));
    } else if (Object.keys(parsed.data).length > 0) {
      config[name] = parsed.data;
    }
  }
  return issues.length === 0 ? { ok: true, config } : { ok: false, issues };
}

/** Whether the config declares a function of that name; of what the spec declares a run itself tells. */
function mayDeclare(
  { spec = {} }: ActionDefinition,
  { functions, add_functions: added }: Record<string, unknown>,
  wanted: string,
): boolean {
  return (
    "tools" in spec ||
    wanted === FILE_SEARCH ||
    wanted === RUN_CODE ||
    [functions, added].flat().some((one) => !isJsonObject(one) || one["name"] === wanted)
  );
}

function undeclared(action: string, name: string): Issue {
  const message = `forces a call of ${name}, which is not declared`;
  return { path: ["config", action, "function_call"], message, rule: { kind: "undeclared", name } };
}
