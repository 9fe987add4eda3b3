/** Proves what goes with an end user and with time, and that nothing else does. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { sweep } from "../../src/scheduled";
import { setKeepIdleDays } from "../../src/store/projects/retention";
import { call } from "../support/call";
import { type TestProject, makeKey, makeProject } from "../support/project";
import { mintToken } from "../support/tokens";

const DAY_MS = 24 * 60 * 60 * 1000;

const ECHO = [
  { name: "INPUT", type: "input" },
  { name: "OUTPUT", type: "output", spec: { value: "hello" } },
];

interface User {
  token: string;
  threadId: string;
  fileId: string;
}

async function makeTool({ id, key }: TestProject): Promise<string> {
  const made = await call(`/api/sdk/p/${id}/a`, { key, json: { name: "echo", actions: ECHO } });
  return made.json.tool.id;
}

/** An end user with a thread of two messages and two runs, one of them without a thread, and a file. */
async function makeUser(project: TestProject, toolId: string, name: string): Promise<User> {
  const token = await mintToken(project.key, {
    end_user_id: name,
    tools: [toolId],
    verbs: ["threads:create", "threads:read", "messages:create", "files:create", "runs:create"],
  });
  const thread = await call("/api/sdk/threads", { key: token, json: {} });
  const threadId = thread.json.id;
  const body = new FormData();
  body.set("file", new File(["12345"], "note.txt"));
  const file = await call("/api/sdk/files", { key: token, body });
  await call(`/api/sdk/threads/${threadId}/messages`, {
    key: token,
    json: { role: "user", content: "hi", file_ids: [file.json.fileId] },
  });
  const path = `/api/sdk/p/${project.id}/a/${toolId}/r`;
  await call(path, { key: token, json: { thread_id: threadId } });
  await call(path, { key: token, json: {} });
  return { token, threadId, fileId: file.json.fileId };
}

function eraseUser({ key }: TestProject, name: string) {
  return call(`/api/sdk/end-users/${name}`, { key, method: "DELETE" });
}

describe("DELETE /end-users/{end_user_id}", () => {
  it("erases what is the end user's, gives a receipt, and leaves everybody else's", async ({
    expect,
  }) => {
    const project = await makeProject();
    const toolId = await makeTool(project);
    const ada = await makeUser(project, toolId, "ada");
    const bob = await makeUser(project, toolId, "bob");
    const receipt = await eraseUser(project, "ada");
    expect(receipt.json).toEqual({
      message: "erased",
      end_user_id: "ada",
      erased: { threads: 1, messages: 2, runs: 2, files: 1, bytes: 5 },
      complete: true,
      left: { threads: 0, runs: 0, files: 0, answers: 0 },
    });
    const { key } = project;
    expect((await call(`/api/sdk/threads/${ada.threadId}`, { key })).status).toBe(404);
    expect((await call(`/api/sdk/files/${ada.fileId}/content`, { key })).status).toBe(404);
    expect(await env.FILES.head(`files/${project.id}/${ada.fileId}`)).toBeNull();
    expect((await call(`/api/sdk/threads/${bob.threadId}`, { key: bob.token })).status).toBe(200);
    expect((await call(`/api/sdk/files/${bob.fileId}/content`, { key })).status).toBe(200);
    const { usage } = (await call("/api/sdk/usage", { key })).json;
    expect(usage).toMatchObject({
      threads: { used: 1 },
      messages: { used: 2 },
      bytes: { used: 5 },
    });
  });

  it("gives a receipt of nothing for who was never seen, and is for admins alone", async ({
    expect,
  }) => {
    const project = await makeProject();
    expect((await eraseUser(project, "nobody")).json.erased.threads).toBe(0);
    const key = await makeKey(project.id, { scopes: ["read", "write", "run"] });
    expect((await eraseUser({ ...project, key }, "nobody")).status).toBe(403);
  });

  it("reaches no end user of the same name in another project", async ({ expect }) => {
    const [mine, theirs] = [await makeProject(), await makeProject()];
    const user = await makeUser(theirs, await makeTool(theirs), "carol");
    await eraseUser(mine, "carol");
    expect((await call(`/api/sdk/threads/${user.threadId}`, { key: theirs.key })).status).toBe(200);
  });
});

describe("retention", () => {
  it("deletes idle threads and orphaned files of those projects that ask for it", async ({
    expect,
  }) => {
    const [keeper, hoarder] = [await makeProject(), await makeProject()];
    await setKeepIdleDays(env.DB, keeper.id, 30);
    const users = [
      await makeUser(keeper, await makeTool(keeper), "ada"),
      await makeUser(hoarder, await makeTool(hoarder), "ada"),
    ];
    const statuses = async () =>
      Promise.all(
        [keeper, hoarder].flatMap(({ key }, index) => [
          call(`/api/sdk/threads/${users[index]?.threadId}`, { key }).then(({ status }) => status),
          call(`/api/sdk/files/${users[index]?.fileId}`, { key }).then(({ status }) => status),
        ]),
      );
    await sweep(env, Date.now() + 29 * DAY_MS);
    expect(await statuses()).toEqual([200, 200, 200, 200]);
    await sweep(env, Date.now() + 31 * DAY_MS);
    expect(await statuses()).toEqual([404, 404, 200, 200]);
  });

  it("keeps a file that a message still names", async ({ expect }) => {
    const project = await makeProject();
    await setKeepIdleDays(env.DB, project.id, 30);
    const user = await makeUser(project, await makeTool(project), "ada");
    await env.DB.prepare("UPDATE threads SET updated_at_ms = ? WHERE project_id = ?")
      .bind(Date.now() + 20 * DAY_MS, project.id)
      .run();
    await sweep(env, Date.now() + 31 * DAY_MS);
    expect((await call(`/api/sdk/files/${user.fileId}`, { key: project.key })).status).toBe(200);
  });
});
