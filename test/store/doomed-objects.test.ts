/** Objects of R2 go with their rows, also where the Worker that deleted the rows died right behind it. */
import { env } from "cloudflare:workers";
import { it } from "vitest";

import { newRunId, newThreadId } from "../../src/domain/ids";
import { sweepDoomedObjects } from "../../src/store/files/doomed-objects";
import { createFile } from "../../src/store/files/files";
import { derivedPrefix, fileKey, runOutcomeKey } from "../../src/store/files/objects";
import { makeProject } from "../support/project";

const FAR_AHEAD_MS = 60_000;

async function makeFile(projectId: string, id = crypto.randomUUID()) {
  const keys = [fileKey(projectId, id), `${derivedPrefix(projectId, id)}text`];
  await Promise.all(keys.map((key) => env.FILES.put(key, "bytes")));
  await createFile(
    env.DB,
    { projectId, endUserId: null, threadId: null },
    { id, name: "a.txt", mimeType: "text/plain", size: 5, nowMs: 0 },
  );
  return { id, keys };
}

const exist = (keys: readonly string[]) =>
  Promise.all(keys.map(async (key) => (await env.FILES.head(key)) !== null));

/** As if the rows had been deleted a while ago. */
async function sweepLater(): Promise<void> {
  await env.DB.prepare("UPDATE doomed_objects SET since_ms = since_ms + ?")
    .bind(FAR_AHEAD_MS)
    .run();
  await sweepDoomedObjects(env.DB, env.FILES, 1000);
}

const notes = async (projectId: string) =>
  (
    await env.DB.prepare("SELECT key FROM doomed_objects WHERE key LIKE '%' || ? || '%'")
      .bind(projectId)
      .all()
  ).results;

it("deletes what deleted rows of files and runs had in the bucket", async ({ expect }) => {
  const { id: projectId } = await makeProject();
  const [kept, gone] = [await makeFile(projectId), await makeFile(projectId)];
  const runId = newRunId();
  await env.FILES.put(runOutcomeKey(projectId, runId), "{}");
  await env.DB.prepare(
    `INSERT INTO runs (project_id, id, tool_id, tool_name, version, thread_id, status, config,
       outcome_in_r2, created_at_ms, ended_at_ms) VALUES (?, ?, 't', 't', 1, ?, 'failed', '{}', 1, 0, 0)`,
  )
    .bind(projectId, runId, newThreadId())
    .run();
  await env.DB.batch([
    env.DB.prepare("DELETE FROM files WHERE project_id = ? AND id = ?").bind(projectId, gone.id),
    env.DB.prepare("DELETE FROM runs WHERE project_id = ?").bind(projectId),
  ]);
  expect(await exist([...gone.keys, runOutcomeKey(projectId, runId)])).toEqual([true, true, true]);
  await sweepLater();
  expect(await exist([...gone.keys, runOutcomeKey(projectId, runId)])).toEqual([
    false,
    false,
    false,
  ]);
  expect(await exist(kept.keys)).toEqual([true, true]);
  expect(await notes(projectId)).toEqual([]);
});

it("spares what has come back under the same id, and what was written since", async ({
  expect,
}) => {
  const { id: projectId } = await makeProject();
  const { id, keys } = await makeFile(projectId);
  const remove = env.DB.prepare("DELETE FROM files WHERE project_id = ? AND id = ?");
  await remove.bind(projectId, id).run();
  expect(await notes(projectId)).toHaveLength(2);
  await makeFile(projectId, id);
  expect(await notes(projectId)).toEqual([]);
  await sweepLater();
  expect(await exist(keys)).toEqual([true, true]);

  await remove.bind(projectId, id).run();
  await env.DB.prepare("UPDATE doomed_objects SET since_ms = 0").run();
  await sweepDoomedObjects(env.DB, env.FILES, 1000);
  expect(await exist(keys)).toEqual([true, true]);
});
