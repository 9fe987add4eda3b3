import type { ActionDefinition } from "../domain/tool";

/** The actions of a list and of the blocks in it, in the order in which the definition has them. */
export function allActions(actions: readonly ActionDefinition[] = []): ActionDefinition[] {
  return actions.flatMap((action) => [
    action,
    ...allActions(action.actions),
    ...allActions(action.else),
  ]);
}
