/** What a run's inputs hold in the place of messages, though none: a thread would not keep it. */
import type { Issue } from "../../domain/failure";
import { issuesOf, REPORT_INPUT } from "../../domain/issues-of";
import { isJsonObject } from "../../domain/json";
import { ROLES } from "../../domain/message";
import { askMeant, nearestName } from "../../domain/names/nearest-name";
import { InputMessage, MessageBody } from "./message-wire";

/** Said at once of what is no message: a schema takes a hundred times as long to refuse it. */
export function isCommonForm(value: unknown): value is Record<string, unknown> {
  return (
    isJsonObject(value) &&
    typeof value["content"] === "string" &&
    MessageBody.shape.role.safeParse(value["role"]).success
  );
}

/** Of a row the first; none where it has neither messages nor a field that may be meant for them. */
export function strayMessages(input: Record<string, unknown>, row: number): Issue[] {
  const { messages } = input;
  const path = ["inputs", row, "messages"];
  if (Array.isArray(messages)) {
    return firstStray(messages, path);
  }
  if (messages !== undefined && messages !== null) {
    return [{ path, message: NO_LIST }];
  }
  const meant = Object.keys(input).find(
    (name) => name !== "messages" && nearestName(name, ["messages"]) !== null,
  );
  return meant === undefined || typeof input[meant] === "number"
    ? []
    : [{ path: ["inputs", row, meant], message: MEANT_MESSAGES }];
}

const NO_LIST = 'must be a list of messages, such as [{"role": "user", "content": "…"}]';
const MEANT_MESSAGES = "is read neither by the tool nor by the thread (did you mean messages?)";

function firstStray(messages: readonly unknown[], path: Issue["path"]): Issue[] {
  for (const [index, message] of messages.entries()) {
    const at = [...path, index];
    const issue = isCommonForm(message) ? misnamedField(message, at) : noMessage(message, at);
    if (issue !== undefined) {
      return [issue];
    }
  }
  return [];
}

const FIELDS = ["name", ...Object.keys(InputMessage.shape)];

/** Any other field is the tool's own affair. */
function misnamedField(message: Record<string, unknown>, path: Issue["path"]): Issue | undefined {
  const free = FIELDS.filter((name) => !Object.hasOwn(message, name));
  for (const name of Object.keys(message)) {
    const meant = FIELDS.includes(name) ? "" : askMeant(name, free);
    if (meant !== "") {
      return { path: [...path, name], message: `is not a known field${meant}` };
    }
  }
  return undefined;
}

function noMessage(message: unknown, path: Issue["path"]): Issue | undefined {
  const parsed = InputMessage.safeParse(message, REPORT_INPUT);
  const [first] = parsed.success ? [] : issuesOf(parsed.error.issues, path);
  const role = isJsonObject(message) ? message["role"] : undefined;
  return first?.path.at(-1) === "role" && typeof role === "string"
    ? { ...first, message: `${first.message}${askMeant(role, ROLES)}` }
    : first;
}
