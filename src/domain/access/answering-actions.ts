/** Which actions say, while they speak, what the run will answer. */
import type { ActionDefinition, ActionType } from "../tool";

/** How a template hands on the whole text of an action: `{{ CHAT.message.content }}`. */
const HANDED_ON = /^\{\{-?\s*([A-Z][A-Z0-9_]*)((?:\.[a-z]+)*)\s*-?\}\}$/;

const WHOLE_TEXT: Partial<Record<ActionType, readonly string[]>> = {
  chat: ["", ".message", ".message.content"],
  model: ["", ".completion.text"],
};

/**
 * Names of the `chat` and `model` actions whose text, once told, is certain to be the answer: OUTPUT
 * or a `return` follows at once and hands it on as it is. Where something comes between that could
 * still replace the text, none is certain.
 */
export function answeringActions(actions: readonly ActionDefinition[]): ReadonlySet<string> {
  return new Set(answeringIn(actions));
}

function answeringIn(actions: readonly ActionDefinition[] = []): string[] {
  return actions.flatMap((action, index) => {
    if (action.type === "return" || action.type === "output") {
      return speakersBefore(actions[index - 1], action);
    }
    return [...answeringIn(action.actions), ...answeringIn(action.else)];
  });
}

function speakersBefore(before: ActionDefinition | undefined, end: ActionDefinition): string[] {
  const value = end.type === "output" ? end.spec?.["value"] : undefined;
  if (value === undefined) {
    return lastSpeakers(before);
  }
  const [, name, rest = ""] = typeof value === "string" ? (HANDED_ON.exec(value) ?? []) : [];
  const isWhole = before !== undefined && WHOLE_TEXT[before.type]?.includes(rest) === true;
  return isWhole && before.name === name ? [name] : [];
}

/** Whose text the action leaves as the last output: either branch of an `if` has its own. */
function lastSpeakers(action: ActionDefinition | undefined): string[] {
  if (action === undefined) {
    return [];
  }
  if (action.type === "if") {
    return [...lastSpeakers(action.actions?.at(-1)), ...lastSpeakers(action.else?.at(-1))];
  }
  return action.type in WHOLE_TEXT ? [action.name] : [];
}
