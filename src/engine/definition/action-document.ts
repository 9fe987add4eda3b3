/**
 * A definition as the API's documents show it: each action type with its own spec and config, made
 * from the very schemas that judge them. What breaks a rule is told by `checkDefinition` alone.
 */
import * as z from "zod";

import { ACTION_TYPES } from "../../domain/tool";
import type { ActionKind } from "../actions/action";
import { kindOf } from "../actions/index";
import { BLOCK_TYPES } from "./check-structure";
import { NameField } from "./schema";

/** Stands for any value of a spec. */
const ForTheRun = z.union([z.string(), z.strictObject({ $js: z.string() })]).meta({
  id: "Template",
  description:
    "In place of any value: a template, whose single `{{ … }}` keeps its type, or JavaScript " +
    "for the sandbox, `(env) => value`.",
  examples: ["{{ INPUT.file_id }}", { $js: "({ state }) => state.INPUT.rows.length > 2" }],
});

const Body = z.array(z.lazy(() => ActionDocument));

/** All types of action, for the OpenAPI document. */
export const ActionDocument: z.ZodType = z
  .union(ACTION_TYPES.map((type) => documentKind(kindOf(type))))
  .meta({ id: "Action", description: "One action of a tool, by its type." });

function documentKind(kind: ActionKind): z.ZodType {
  const id = `${kind.type.charAt(0).toUpperCase()}${kind.type.slice(1)}Action`;
  return z
    .strictObject({
      name: NameField,
      type: z.literal(kind.type),
      spec: documentSpec(kind).optional().describe("Fixed at deploy."),
      config: kind.config.optional().describe("Defaults of what a run may change."),
      ...(BLOCK_TYPES.has(kind.type) ? { actions: Body.min(1) } : {}),
      ...(kind.type === "if" ? { else: Body.optional() } : {}),
    })
    .meta({ id, description: kind.summary });
}

function documentSpec({ spec, verbatim = [] }: ActionKind): z.ZodObject {
  const fields = Object.entries(spec.shape).map(([name, field]) => [
    name,
    verbatim.includes(name) ? field : z.union([field, ForTheRun]),
  ]);
  return z.strictObject(Object.fromEntries(fields));
}
