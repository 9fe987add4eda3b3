import { Hono } from "hono";
import * as z from "zod";

import { deleteThreads } from "../../core/delete-thread";
import { ERASURE } from "../../limits";
import { eraseRun } from "../../runs/client/run-client";
import { revokeTokens } from "../../store/access/signing-secrets";
import {
  type EndUser,
  type Erased,
  NOTHING,
  countRemainder,
  eraseAnswers,
  eraseLooseRuns,
  eraseOwnFiles,
  listOwnThreads,
  sumErased,
} from "../../store/projects/erasure";
import { eraseCached } from "../../store/runs/action-cache";
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
    left: z
      .strictObject({ threads: z.int(), runs: z.int(), files: z.int(), answers: z.int() })
      .describe(
        `What further calls are for: threads, runs of no thread, files, and answers kept for retries, counted up to ${ERASURE.countedMax} of each. A thread of very many messages loses them first and goes last.`,
      ),
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
    const db = databaseOf(c.env, user);
    const threads = await eraseOwnThreads(c.env, user);
    const runs = await eraseRuns(c.env, user);
    const files = await eraseOwnFiles(c.env, user, ERASURE.filesPerCall);
    await eraseAnswers(db, user, ERASURE.answersPerCall);
    await eraseCached(c.env.FILES, user);
    const left = await countRemainder(db, user, ERASURE.countedMax);
    return reply(c, {
      message: "erased",
      end_user_id: user.id,
      erased: sumErased([threads, runs, files]),
      complete: Object.values(left).every((count) => count === 0),
      left,
    });
  },
);

/** The rows before the object: from then on nobody can start a run on the thread again. */
async function eraseOwnThreads(env: Env, user: EndUser): Promise<Erased> {
  const db = databaseOf(env, user);
  const { projectId } = user;
  const ids = await listOwnThreads(db, user, ERASURE.threadsPerCall);
  const own = ids.map((id) => ({ projectId, id }));
  const { erased } = await deleteThreads(env, db, own);
  return erased;
}

async function eraseRuns(env: Env, user: EndUser): Promise<Erased> {
  const gone = await eraseLooseRuns(env, user, ERASURE.runsPerCall);
  for (const id of gone) {
    await eraseRun(env, user.projectId, id);
  }
  return { ...NOTHING, runs: gone.length };
}
