/** The JavaScript of a definition: what is no script is refused at deploy, not at the first run. */
import type { Issue } from "../../domain/failure";
import type { ActionDefinition } from "../../domain/tool";
import { findSyntaxErrors } from "../../sandbox";
import { jsSource } from "../../template";

type Path = Issue["path"];

interface Source {
  text: string;
  path: Path;
  actionName: string;
}

/** Issues of `code` and of every `{"$js"}`; `path` is the place of the actions. */
export async function checkSources(
  actions: readonly ActionDefinition[],
  path: Path,
): Promise<Issue[]> {
  const sources = sourcesOf(actions, path);
  const errors = await findSyntaxErrors(sources.map(({ text }) => text));
  return sources.flatMap((source, index) => {
    const error = errors[index] ?? null;
    const message = `is not JavaScript: ${error} (action ${source.actionName})`;
    return error === null ? [] : [{ path: source.path, message }];
  });
}

function sourcesOf(actions: readonly ActionDefinition[], path: Path): Source[] {
  return actions.flatMap((action, index) => {
    const at = [...path, index];
    return [
      ...scriptsIn(action.spec ?? {}, [...at, "spec"], action),
      ...sourcesOf(action.actions ?? [], [...at, "actions"]),
      ...sourcesOf(action.else ?? [], [...at, "else"]),
    ];
  });
}

function scriptsIn(value: unknown, path: Path, action: ActionDefinition): Source[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => scriptsIn(item, [...path, index], action));
  }
  if (typeof value !== "object" || value === null) {
    const isCode = action.type === "code" && path.length > 0 && path.at(-1) === "code";
    return isCode && typeof value === "string"
      ? [{ text: value, path, actionName: action.name }]
      : [];
  }
  const source = jsSource(value);
  return source === null
    ? Object.entries(value).flatMap(([key, item]) => scriptsIn(item, [...path, key], action))
    : [{ text: source, path, actionName: action.name }];
}
