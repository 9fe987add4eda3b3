/** Every action type, by its name: a missing or misfiled one does not compile. */
import type { ActionType } from "../../domain/tool";
import type { ActionKind } from "./action";
import { chatAction } from "./chat";
import { codeAction } from "./code";
import { curlAction } from "./curl";
import { ifAction } from "./if";
import { inputAction } from "./input";
import { knowledgeAction } from "./knowledge";
import { loopAction } from "./loop";
import { mapAction } from "./map";
import { modelAction } from "./model";
import { outputAction } from "./output";
import { returnAction } from "./return";
import { threadAction } from "./thread";
import { toolAction } from "./tool";

export const ACTIONS = {
  input: inputAction,
  thread: threadAction,
  knowledge: knowledgeAction,
  code: codeAction,
  chat: chatAction,
  model: modelAction,
  curl: curlAction,
  tool: toolAction,
  if: ifAction,
  loop: loopAction,
  map: mapAction,
  return: returnAction,
  output: outputAction,
} satisfies {
  [Type in Exclude<ActionType, "file" | "data" | "browser">]: {
    type: Type;
  };
};

export function kindOf(type: ActionType): ActionKind {
  if (type === "file" || type === "data" || type === "browser") {
    throw new Error(type);
  }
  return ACTIONS[type];
}
