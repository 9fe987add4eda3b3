import { type Outcome, failed, success } from "../domain/failure";
import type { ActionDefinition } from "../domain/tool";
import { allActions } from "../engine/all-actions";
import { checkNewDeployment, checkOpening } from "../engine/check-definition";
import { findLostKnowledge } from "../store/knowledge/knowledge";
import type { ProjectDatabase } from "../store/sql/databases";
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

/** What the actions name of knowledge that is not there: it may be made later, and a run's config may name another. */
export async function warnOfKnowledge(
  db: ProjectDatabase,
  projectId: string,
  actions: readonly ActionDefinition[],
): Promise<string[]> {
  const named = allActions(actions).flatMap(({ name, config }) => {
    const names: unknown = config?.["knowledge"];
    return Array.isArray(names)
      ? names.map((knowledge) => ({ name, knowledge: String(knowledge) }))
      : [];
  });
  const names = named.map(({ knowledge }) => knowledge);
  const lost = names.length === 0 ? [] : await findLostKnowledge(db, projectId, names);
  return named
    .filter(({ knowledge }) => lost.includes(knowledge))
    .map(({ name, knowledge }) => `Action ${name}: there is no knowledge "${knowledge}" yet.`);
}
