/** Objects of R2 go with their rows, also where the Worker that deleted the rows died right behind it. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { deleteThread, deleteThreads } from "../../src/core/delete-thread";
import { newRunId, newThreadId } from "../../src/domain/ids";
import { ERASURE } from "../../src/limits";
import { sweepDoomedObjects } from "../../src/store/files/doomed-objects";
import { createFile, deleteFile } from "../../src/store/files/files";
import { derivedPrefix, fileKey, runOutcomeKey } from "../../src/store/files/objects";
import { createThread } from "../../src/store/threads/threads";
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

const visible = (projectId: string) => ({ projectId, endUserId: null, threadId: null });

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

/** A thread with a run whose outcome is in the bucket, and an object that keeps something. */
async function makeThread(projectId: string) {
  const threadId = newThreadId();
  const runId = newRunId();
  const nothing = { metadata: null, messages: [], knowledge: null };
  await createThread(env.DB, visible(projectId), { id: threadId, nowMs: 0, ...nothing });
  await env.DB.prepare("UPDATE threads SET end_user_id = 'ann' WHERE id = ?").bind(threadId).run();
  await env.DB.prepare(
    `INSERT INTO runs (project_id, id, tool_id, tool_name, version, thread_id, end_user_id, status,
       config, outcome_in_r2, created_at_ms, ended_at_ms)
     VALUES (?, ?, 't', 't', 1, ?, 'ann', 'failed', '{}', 1, 0, 0)`,
  )
    .bind(projectId, runId, threadId)
    .run();
  const object = env.THREAD.getByName(`${projectId}/t/${threadId}`);
  await runInDurableObject(object, (_object, { storage }) => storage.put("kept", true));
  const isKept = () =>
    runInDurableObject(object, async (_object, { storage }) => (await storage.list()).size > 0);
  return { threadId, key: runOutcomeKey(projectId, runId), isKept };
}

describe("while the bucket refuses", () => {
  const FILES: R2Bucket = Object.assign(Object.create(env.FILES), {
    delete: () => Promise.reject(new Error("the bucket is away")),
    list: () => Promise.reject(new Error("the bucket is away")),
  });
  const refusing = { ...env, FILES };

  it("deletes a thread with its object, and leaves the outcome to the sweep", async ({
    expect,
  }) => {
    const { id: projectId } = await makeProject();
    const { threadId, key, isKept } = await makeThread(projectId);
    expect(await isKept()).toBe(true);
    expect(await deleteThread(refusing, visible(projectId), threadId)).toMatchObject({
      ok: true,
      value: { id: threadId },
    });
    expect(await isKept()).toBe(false);
    expect(await notes(projectId)).toEqual([{ key }]);
  });

  it("deletes many threads with their objects", async ({ expect }) => {
    const { id: projectId } = await makeProject();
    const { threadId, key, isKept } = await makeThread(projectId);
    const { gone } = await deleteThreads(refusing, env.DB, [{ projectId, id: threadId }]);
    expect(gone).toEqual([{ projectId, id: threadId }]);
    expect(await isKept()).toBe(false);
    expect(await notes(projectId)).toEqual([{ key }]);
  });

  it("erases the other objects where one cannot be reached, and fails", async ({ expect }) => {
    const { id: projectId } = await makeProject();
    const [lost, ...others] = await Promise.all(
      Array.from({ length: ERASURE.objectsAtOnce + 1 }, () => makeThread(projectId)),
    );
    const THREAD: Env["THREAD"] = Object.assign(Object.create(env.THREAD), {
      getByName: (name: string) =>
        name.endsWith(lost?.threadId ?? "")
          ? { erase: () => Promise.reject(new Error("the object is away")) }
          : env.THREAD.getByName(name),
    });
    const all = [lost, ...others].flatMap((one) => (one ? [{ projectId, id: one.threadId }] : []));
    await expect(deleteThreads({ ...env, THREAD }, env.DB, all)).rejects.toThrow("is away");
    expect(await Promise.all(others.map(({ isKept }) => isKept()))).not.toContain(true);
  });

  it("deletes a file, and leaves its bytes to the sweep", async ({ expect }) => {
    const { id: projectId } = await makeProject();
    const { id } = await makeFile(projectId);
    expect(await deleteFile(refusing, visible(projectId), id)).toEqual({ ok: true, value: { id } });
    expect(await notes(projectId)).toHaveLength(2);
  });
});
