import { type Outcome, failed, success } from "../domain/failure";
import { checkNewDeployment, checkOpening } from "../engine/check-definition";
import type { Definition } from "../store/tools/tool-versions";

/** The definition, found fit to deploy, or what is wrong with each action and field. */
export async function checkDefinition({
  actions,
  open,
}: {
  actions: unknown;
  open?: unknown;
}): Promise<Outcome<Definition>> {
  const checked = await checkNewDeployment(actions);
  if (!checked.ok) {
    return failed({ kind: "invalid", where: "body", issues: checked.issues });
  }
  const opening = checkOpening(open, checked.actions);
  return opening.ok
    ? success({ actions: checked.actions, open: opening.open })
    : failed({ kind: "invalid", where: "body", issues: opening.issues });
}
