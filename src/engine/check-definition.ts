/** What the API asks of the engine before a run: whether a definition is one, and a run's config. */
import type { Issue } from "../domain/failure";
import { firstIssues, issuesOf, REPORT_INPUT } from "../domain/issues-of";
import type { ActionDefinition } from "../domain/tool";
import { TOOL } from "../limits";
import { checkActions } from "./definition/check-actions";
import { checkAsked } from "./definition/check-asked";
import { checkSources } from "./definition/check-sources";
import { checkStructure } from "./definition/check-structure";
import { DefinitionShape, countActions } from "./definition/schema";

export { checkOpening, OpenDocument } from "./definition/check-open";
export { ActionDocument } from "./definition/action-document";
export { mergeConfig } from "./merge-config";

export type CheckedDefinition =
  | { ok: true; actions: ActionDefinition[] }
  | { ok: false; issues: Issue[] };

/**
 * The actions of a definition, as they came, or everything that is wrong with them. `path` is the
 * place of `actions` in the request.
 */
export function checkDefinition(
  actions: unknown,
  path: Issue["path"] = ["actions"],
): CheckedDefinition {
  const count = countActions(actions);
  if (count > TOOL.maxActions) {
    const message = `must be at most ${TOOL.maxActions} actions, nested ones counted, not ${count}`;
    return { ok: false, issues: [{ path, message }] };
  }
  const shape = DefinitionShape.safeParse(actions, REPORT_INPUT);
  if (!shape.success) {
    return { ok: false, issues: issuesOf(shape.error.issues, path) };
  }
  const bytes = new TextEncoder().encode(JSON.stringify(shape.data)).length;
  if (bytes > TOOL.maxDefinitionBytes) {
    const message = `must be at most ${TOOL.maxDefinitionBytes} bytes of JSON, not ${bytes}`;
    return { ok: false, issues: [{ path, message }] };
  }
  const issues = [...checkStructure(shape.data, path), ...checkActions(shape.data, path)];
  return issues.length === 0
    ? { ok: true, actions: shape.data }
    : { ok: false, issues: firstIssues(issues, path) };
}

/** The same, and its JavaScript is read, too, which takes an engine and some milliseconds. */
export async function checkDeployment(
  actions: unknown,
  path: Issue["path"] = ["actions"],
): Promise<CheckedDefinition> {
  const checked = checkDefinition(actions, path);
  if (!checked.ok) {
    return checked;
  }
  const issues = await checkSources(checked.actions, path);
  return issues.length === 0 ? checked : { ok: false, issues };
}

/** What a deploy of a caller's refuses besides; an import takes what was once deployed. */
export async function checkNewDeployment(
  actions: unknown,
  path: Issue["path"] = ["actions"],
): Promise<CheckedDefinition> {
  const checked = await checkDeployment(actions, path);
  const issues = checked.ok ? firstIssues(checkAsked(checked.actions, path), path) : [];
  return issues.length === 0 ? checked : { ok: false, issues };
}
