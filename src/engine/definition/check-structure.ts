/** Names, order and nesting of a definition whose shape is right. */
import type { Issue } from "../../domain/failure";
import type { ActionDefinition, ActionType } from "../../domain/tool";
import { TOOL } from "../../limits";
import { allActions } from "../all-actions";

type Path = Issue["path"];

/** What holds actions of its own. */
export const BLOCK_TYPES: ReadonlySet<ActionType> = new Set(["if", "loop", "map"]);

export function checkStructure(actions: readonly ActionDefinition[], path: Path): Issue[] {
  return [
    ...checkEnds(actions, path),
    ...checkNesting(actions, path, 0),
    ...checkNames(actions, path, new Set()),
  ];
}

/** INPUT opens the tool and OUTPUT closes it; neither stands anywhere else. */
function checkEnds(actions: readonly ActionDefinition[], path: Path): Issue[] {
  const [first] = actions;
  const last = actions.at(-1);
  const issues: Issue[] = [];
  if (first?.name !== "INPUT" || first.type !== "input") {
    issues.push({ path, message: "must begin with the action INPUT of type input" });
  }
  if (last?.name !== "OUTPUT" || last.type !== "output") {
    issues.push({ path, message: "must end with the action OUTPUT of type output" });
  }
  const ends = allActions(actions).filter(({ type }) => type === "input" || type === "output");
  for (const { name, type } of ends.filter((action) => action !== first && action !== last)) {
    issues.push({ path, message: `must have one ${type}; ${name} is another` });
  }
  return issues;
}

function checkNesting(actions: readonly ActionDefinition[], path: Path, depth: number): Issue[] {
  return actions.flatMap((action, index) => {
    const at = [...path, index];
    const issues = checkBlock(action, at);
    if (depth > TOOL.maxNesting) {
      return [...issues, { path: at, message: `is more than ${TOOL.maxNesting} blocks deep` }];
    }
    return [
      ...issues,
      ...checkNesting(action.actions ?? [], [...at, "actions"], depth + 1),
      ...checkNesting(action.else ?? [], [...at, "else"], depth + 1),
    ];
  });
}

function checkBlock({ name, type, ...action }: ActionDefinition, path: Path): Issue[] {
  if (BLOCK_TYPES.has(type) && action.actions === undefined) {
    return [{ path: [...path, "actions"], message: `is required: ${name} is a block (${type})` }];
  }
  const issues: Issue[] = [];
  if (!BLOCK_TYPES.has(type) && action.actions !== undefined) {
    issues.push({
      path: [...path, "actions"],
      message: `is for if, loop and map; ${name} is none`,
    });
  }
  if (type !== "if" && action.else !== undefined) {
    issues.push({ path: [...path, "else"], message: `is for if; ${name} is none` });
  }
  return issues;
}

function checkNames(actions: readonly ActionDefinition[], path: Path, taken: Set<string>): Issue[] {
  return actions.flatMap((action, index) => {
    const at = [...path, index];
    const isTaken = taken.has(action.name);
    taken.add(action.name);
    return [
      ...(isTaken
        ? [{ path: [...at, "name"], message: `must be unique in the tool; ${action.name} is not` }]
        : []),
      ...checkNames(action.actions ?? [], [...at, "actions"], taken),
      ...checkNames(action.else ?? [], [...at, "else"], taken),
    ];
  });
}
