import type { ActionDefinition } from "../../domain/tool";
import { checkDeployment } from "../../engine/check-definition";
import { refuse } from "../shared/reply/fail";

/** The actions, found fit to deploy, or a refusal that names each action and field at fault. */
export async function checkActions(actions: unknown): Promise<ActionDefinition[]> {
  const checked = await checkDeployment(actions);
  return checked.ok
    ? checked.actions
    : refuse({ kind: "invalid", where: "body", issues: checked.issues });
}
