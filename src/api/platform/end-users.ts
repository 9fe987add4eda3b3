import { Hono } from "hono";
import * as z from "zod";

import { ERASURE } from "../../bulk-limits";
import { eraseThread } from "../../runs/client/follow-thread";
import { eraseRun } from "../../runs/client/run-client";
import { revokeTokens } from "../../store/access/signing-secrets";
import {
  type EndUser,
  type Erased,
  eraseAnswers,
  eraseOwnFiles,
  eraseRunRow,
  eraseThreadRows,
  listLooseRuns,
  listOwnThreads,
  sumErased,
} from "../../store/projects/erasure";
import { controlDatabase, databaseOf } from "../../store/sql/databases";
import type { AppEnv } from "../shared/app-env";
import { operation, reply } from "../shared/operation";

const ErasureReceipt = z
  .strictObject({
    message: z.literal("erased"),
    end_user_id: z.string(),
    erased: z.strictObject({
      threads: z.int(),
      messages: z.int(),
      runs: z.int(),
      files: z.int(),
      bytes: z.int(),
    }),
    complete: z.boolean().describe("False: there is more than one call erases; call again."),
  })
  .meta({ id: "ErasureReceipt" });

export const endUsers = new Hono<AppEnv>().delete(
  "/end-users/:end_user_id",
  operation({
    id: "eraseEndUser",
    tag: "End users",
    summary: "Erase an end user",
    description:
      "Revokes the end user's tokens, stops the runs, and erases threads, messages, runs with their journals, and files. Who was never seen gets a receipt of nothing.",
    access: "admin",
    reply: ErasureReceipt,
  }),
  async (c) => {
    const user = { projectId: c.var.caller.projectId, id: c.req.param("end_user_id") };
    await revokeTokens(controlDatabase(c.env), user.projectId, user.id, Date.now());
    const threads = await eraseThreads(c.env, user);
    const runs = await eraseRuns(c.env, user);
    const files = await eraseOwnFiles(c.env, user, ERASURE.filesPerCall);
    await eraseAnswers(databaseOf(c.env, c.var.caller), user);
    return reply(c, {
      message: "erased",
      end_user_id: user.id,
      erased: sumErased([threads, runs, files]),
      complete:
        threads.threads < ERASURE.threadsPerCall &&
        runs.runs < ERASURE.runsPerCall &&
        files.files < ERASURE.filesPerCall,
    });
  },
);

/** The rows before the object: from then on nobody can start a run on the thread again. */
async function eraseThreads(env: Env, user: EndUser): Promise<Erased> {
  const parts: Erased[] = [];
  for (const id of await listOwnThreads(databaseOf(env, user), user, ERASURE.threadsPerCall)) {
    parts.push(await eraseThreadRows(env, user.projectId, id));
    await eraseThread(env, { projectId: user.projectId, id });
  }
  return sumErased(parts);
}

async function eraseRuns(env: Env, user: EndUser): Promise<Erased> {
  const parts: Erased[] = [];
  for (const id of await listLooseRuns(databaseOf(env, user), user, ERASURE.runsPerCall)) {
    parts.push(await eraseRunRow(env, user.projectId, id));
    await eraseRun(env, user.projectId, id);
  }
  return sumErased(parts);
}
