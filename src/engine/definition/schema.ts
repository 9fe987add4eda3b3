/** The shape of a definition, before anything is known of its types, names and references. */
import * as z from "zod";

import { ACTION_TYPES, type ActionDefinition } from "../../domain/tool";

const Values = z.record(z.string(), z.unknown());

export const ActionShape: z.ZodType<ActionDefinition> = z.strictObject({
  name: z
    .string()
    .max(64)
    .regex(/^[A-Z][A-Z0-9_]*$/, "must be capitals, digits and _, beginning with a letter")
    .describe("Unique in the tool; how templates read the action's output."),
  type: z.enum(ACTION_TYPES),
  spec: Values.optional().describe("Fixed at deploy. Its texts are templates."),
  config: Values.optional().describe("Defaults of what a run may change."),
  get actions() {
    return z.array(ActionShape).min(1).optional().describe("The body of `if`, `loop` and `map`.");
  },
  get else() {
    return z.array(ActionShape).optional().describe("The other branch of an `if`.");
  },
});

export const DefinitionShape = z.array(ActionShape);
