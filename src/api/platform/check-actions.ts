import type { ActionDefinition } from "../../domain/tool";
import { checkDefinition } from "../../engine/check-definition";
import { refuse } from "../shared/reply/fail";

/** The actions, found fit to deploy, or a refusal that names each action and field at fault. */
export function checkActions(actions: unknown): ActionDefinition[] {
  const checked = checkDefinition(actions);
  return checked.ok
    ? checked.actions
    : refuse({ kind: "invalid", where: "body", issues: checked.issues });
}
