/** The shape of a definition, before anything is known of its types, names and references. */
import * as z from "zod";

import { isJsonObject } from "../../domain/json";
import { ACTION_TYPES, type ActionDefinition } from "../../domain/tool";
import { TOOL } from "../../limits";

const Values = z.record(z.string(), z.unknown());

export const NameField = z
  .string()
  .max(TOOL.maxActionNameChars)
  .regex(/^[A-Z][A-Z0-9_]*$/, "must be capitals, digits and _, beginning with a letter")
  .describe("Unique in the tool; how templates read the action's output.");

const ActionShape: z.ZodType<ActionDefinition> = z.strictObject({
  name: NameField,
  type: z.enum(ACTION_TYPES),
  spec: Values.optional(),
  config: Values.optional(),
  get actions() {
    return z.array(ActionShape).min(1).optional();
  },
  get else() {
    return z.array(ActionShape).optional();
  },
});

export const DefinitionShape = z.array(ActionShape);

/** The actions of a list and of the blocks in it, whatever they are. */
export function countActions(actions: unknown): number {
  let count = 0;
  const lists = [actions];
  for (let list = lists.pop(); list !== undefined; list = lists.pop()) {
    for (const action of Array.isArray(list) ? list : []) {
      count += 1;
      if (isJsonObject(action)) {
        lists.push(action["actions"] ?? [], action["else"] ?? []);
      }
    }
  }
  return count;
}
