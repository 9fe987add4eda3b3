/** A tool as the address of a chat names it. */
import { type Caller, mayRunTool } from "../../domain/access/caller";
import { type Outcome, failed, success } from "../../domain/failure";
import { databaseOf } from "../../store/sql/databases";
import { listToolsNamed } from "../../store/tools/tools";
import type { CoreContext } from "../context";

/** By its id, or by its name where the caller may run only one of that name. */
export async function findChatTool(
  caller: Caller,
  { env }: Pick<CoreContext, "env">,
  name: string,
): Promise<Outcome<string>> {
  const named = await listToolsNamed(databaseOf(env, caller), caller.projectId, name);
  const [found, ...others] = named.filter((id) => mayRunTool(caller, id));
  return found === undefined || (found !== name && others.length > 0)
    ? failed({ kind: "not_found", entity: "tool", id: name })
    : success(found);
}
