import { checkDeployment, checkOpening } from "../../engine/check-definition";
import type { Definition } from "../../store/tools/tool-versions";
import { fail } from "../shared/reply/fail";

/** The definition, found fit to deploy, or a refusal that names each action and field at fault. */
export async function checkDefinition({
  actions,
  open,
}: {
  actions: unknown;
  open?: unknown;
}): Promise<Definition> {
  const checked = await checkDeployment(actions);
  if (!checked.ok) {
    return fail({ kind: "invalid", where: "body", issues: checked.issues });
  }
  const opening = checkOpening(open, checked.actions);
  return opening.ok
    ? { actions: checked.actions, open: opening.open }
    : fail({ kind: "invalid", where: "body", issues: opening.issues });
}
