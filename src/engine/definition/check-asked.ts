/** Chats whose model would be asked nothing: what a run brings reaches them by no way. */
import type { Issue } from "../../domain/failure";
import { isJsonObject } from "../../domain/json";
import type { ActionDefinition } from "../../domain/tool";
import { isTemplate, jsSource } from "../../template";

type Path = Issue["path"];

const ASKS_NOTHING =
  'asks the model nothing: it needs `messages`, such as "{{ INPUT.messages }}", a template in its `instruction`, or `history` in its config';

/** Issues of those chats; `path` is the place of the actions. */
export function checkAsked(actions: readonly ActionDefinition[], path: Path): Issue[] {
  return actions.flatMap((action, index) => {
    const at = [...path, index];
    return [
      ...(action.type === "chat" ? checkChat(action, [...at, "spec"]) : []),
      ...checkAsked(action.actions ?? [], [...at, "actions"]),
      ...checkAsked(action.else ?? [], [...at, "else"]),
    ];
  });
}

function checkChat(action: ActionDefinition, path: Path): Issue[] {
  if (!asks(action)) {
    return [{ path, message: `${ASKS_NOTHING} (action ${action.name})` }];
  }
  const { messages } = action.spec ?? {};
  return (Array.isArray(messages) ? messages : []).flatMap((message: unknown, index) =>
    isJsonObject(message) && "text" in message && !SAYING.some((field) => field in message)
      ? [{ path: [...path, "messages", index, "text"], message: NO_TEXT }]
      : [],
  );
}

const NO_TEXT = "is no field of a message, which would say nothing (did you mean content?)";

function asks({ spec = {}, config = {} }: ActionDefinition): boolean {
  const { messages = [], instruction } = spec;
  return (
    (config["history"] ?? null) !== null ||
    isForTheRun(instruction) ||
    (Array.isArray(messages) ? messages.some(says) : isForTheRun(messages))
  );
}

/** Of a message as a definition has it: texts, parts or calls, or whatever a run makes of it. */
function says(message: unknown): boolean {
  return (
    isForTheRun(message) ||
    (isJsonObject(message) &&
      SAYING.some((field) => (message[field] ?? "") !== "" || isForTheRun(message[field])))
  );
}

const SAYING = ["content", "parts", "function_call", "tool_calls"];

function isForTheRun(value: unknown): boolean {
  return typeof value === "string"
    ? isTemplate(value)
    : isJsonObject(value) && jsSource(value) !== null;
}
