/** Each action by its type, and what it may read: the outputs that are there when it runs. */
import type { Issue } from "../../domain/failure";
import { issuesOf, REPORT_INPUT } from "../../domain/issues-of";
import { askMeant } from "../../domain/names/nearest-name";
import type { ActionDefinition } from "../../domain/tool";
import { kindOf } from "../actions/index";
import { allActions } from "../all-actions";
import { checkSpec } from "./check-spec";

type Path = Issue["path"];

/** All names of the tool, for telling a wrong place from a wrong name. */
type Names = ReadonlySet<string>;

export function checkActions(actions: readonly ActionDefinition[], path: Path): Issue[] {
  const known = new Set(allActions(actions).map(({ name }) => name));
  return checkList(actions, path, { known, readable: new Set() });
}

interface Scope {
  known: Names;
  /** Outputs that an action at this place finds. */
  readable: Names;
}

function checkList(
  actions: readonly ActionDefinition[],
  path: Path,
  { known, readable }: Scope,
): Issue[] {
  const before = new Set(readable);
  return actions.flatMap((action, index) => {
    const issues = checkAction(action, [...path, index], { known, readable: new Set(before) });
    for (const { name } of allActions([action])) {
      before.add(name);
    }
    return issues;
  });
}

function checkAction(action: ActionDefinition, path: Path, scope: Scope): Issue[] {
  const inside = new Set(scope.readable).add(action.name);
  if (action.type === "loop") {
    // A pass finds what the pass before has left.
    for (const { name } of allActions(action.actions)) {
      inside.add(name);
    }
  }
  const own = { ...scope, readable: action.type === "loop" ? inside : scope.readable };
  return [
    ...[...checkValues(action, path, own), ...checkConfig(action, path)].map((issue) => ({
      ...issue,
      message: `${issue.message} (action ${action.name})`,
    })),
    ...checkList(action.actions ?? [], [...path, "actions"], { ...scope, readable: inside }),
    ...checkList(action.else ?? [], [...path, "else"], { ...scope, readable: inside }),
  ];
}

function checkValues(action: ActionDefinition, path: Path, scope: Scope): Issue[] {
  const { issues, references } = checkSpec(action, [...path, "spec"]);
  const unreadable = references.filter(({ name }) => !scope.readable.has(name));
  return [
    ...issues,
    ...unreadable.map((reference) => ({
      path: reference.path,
      message: scope.known.has(reference.name)
        ? `reads ${reference.name}, which has not run by then`
        : `reads ${reference.name}, which is no action of this tool${askMeant(reference.name, scope.known)}`,
    })),
  ];
}

function checkConfig(action: ActionDefinition, path: Path): Issue[] {
  const parsed = kindOf(action.type).config.safeParse(action.config ?? {}, REPORT_INPUT);
  return parsed.success ? [] : issuesOf(parsed.error.issues, [...path, "config"]);
}
