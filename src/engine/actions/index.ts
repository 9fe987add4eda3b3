/** Every action type, by its name: a missing or misfiled one does not compile. */
import type { ActionType } from "../../domain/tool";
import type { ActionKind } from "./action";
import { browserAction } from "./browser";
import { chatAction } from "./chat";
import { codeAction } from "./code";
import { curlAction } from "./curl";
import { dataAction } from "./data";
import { fileAction } from "./file";
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

const ACTIONS = {
  input: inputAction,
  thread: threadAction,
  file: fileAction,
  data: dataAction,
  knowledge: knowledgeAction,
  code: codeAction,
  chat: chatAction,
  model: modelAction,
  curl: curlAction,
  browser: browserAction,
  tool: toolAction,
  if: ifAction,
  loop: loopAction,
  map: mapAction,
  return: returnAction,
  output: outputAction,
} satisfies { [Type in ActionType]: { type: Type } };

export function kindOf(type: ActionType): ActionKind {
  return ACTIONS[type];
}
