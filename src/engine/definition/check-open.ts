/** What a definition opens to session tokens: see `domain/access/open-to-tokens.ts`. */
import * as z from "zod";

import { OPENABLE_CONFLICT_RULES, type OpenToTokens } from "../../domain/access/open-to-tokens";
import type { Issue } from "../../domain/failure";
import { issuesOf, REPORT_INPUT } from "../../domain/issues-of";
import { ROLES } from "../../domain/message";
import type { ActionDefinition } from "../../domain/tool";
import { TOOL } from "../../limits";
import { kindOf } from "../actions/index";
import { allActions } from "../all-actions";
import { NameField } from "./schema";

const Key = z.string().min(1).max(TOOL.maxActionNameChars);

/** What a version opens to tokens, as a deploy names it. */
export const OpenDocument = z
  .strictObject({
    config: z
      .record(NameField, z.array(Key).min(1).max(TOOL.maxActions))
      .optional()
      .describe(
        "Keys of these actions' configs that a run may change, e.g. `{CHAT: [temperature]}`.",
      ),
    version: z
      .boolean()
      .optional()
      .describe("A run may name its version. What that version opens holds then."),
    deadline_seconds: z.boolean().optional(),
    on_conflict: z
      .array(z.enum(OPENABLE_CONFLICT_RULES))
      .max(OPENABLE_CONFLICT_RULES.length)
      .optional()
      .describe("Beside `queue`."),
    roles: z
      .array(z.enum(ROLES))
      .max(ROLES.length)
      .optional()
      .describe("Of messages in a run's inputs, beside `user`."),
    outputs: z
      .array(NameField)
      .max(TOOL.maxActions)
      .optional()
      .describe("Actions of which runs tell all but errors and usage, beside OUTPUT."),
    files: z
      .union([z.literal("project"), z.array(z.uuid()).max(TOOL.maxOpenFiles)])
      .optional()
      .describe("Files that a run may be given: these, or all that belong to no end user."),
  })
  .meta({
    id: "OpenToTokens",
    description:
      "What session tokens may do and see beyond what every token may. What is absent is closed.",
    example: { config: { MODEL_CALL: ["temperature"] }, outputs: ["MODEL_CALL"] },
  });

export type CheckedOpening = { ok: true; open: OpenToTokens } | { ok: false; issues: Issue[] };

/** What is opened, or everything that is wrong with it: it names what these actions do not have. */
export function checkOpening(
  open: unknown,
  actions: readonly ActionDefinition[],
  path: Issue["path"] = ["open"],
): CheckedOpening {
  if (open === undefined) {
    return { ok: true, open: {} };
  }
  const shape = OpenDocument.safeParse(open, REPORT_INPUT);
  if (!shape.success) {
    return { ok: false, issues: issuesOf(shape.error.issues, path) };
  }
  const byName = new Map(allActions(actions).map((action) => [action.name, action]));
  const { config = {}, outputs = [] } = shape.data;
  const issues = [
    ...Object.entries(config).flatMap(([name, keys]) =>
      keysMissing(byName.get(name), keys, [...path, "config", name]),
    ),
    ...outputs.flatMap((name, index) =>
      byName.has(name) ? [] : [noAction([...path, "outputs", index])],
    ),
  ];
  return issues.length === 0 ? { ok: true, open: shape.data } : { ok: false, issues };
}

function keysMissing(
  action: ActionDefinition | undefined,
  keys: readonly string[],
  path: Issue["path"],
): Issue[] {
  if (action === undefined) {
    return [noAction(path)];
  }
  const known = Object.keys(kindOf(action.type).config.shape);
  return keys.flatMap((key, index) =>
    known.includes(key)
      ? []
      : [{ path: [...path, index], message: `is no config of the type ${action.type}` }],
  );
}

function noAction(path: Issue["path"]): Issue {
  return { path, message: "is no action of this tool" };
}
