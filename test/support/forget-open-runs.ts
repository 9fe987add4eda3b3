/** The database is one for all tests of a run; a pass of the sweep would meet what others have left. */
import { env } from "cloudflare:workers";

/** Removes the runs that have not ended, and the place where a pass over them stopped. */
export async function forgetOpenRuns(): Promise<void> {
  await env.DB.batch([
    env.DB.prepare("DELETE FROM runs WHERE ended_at_ms IS NULL"),
    env.DB.prepare("DELETE FROM sweep_places"),
  ]);
}
