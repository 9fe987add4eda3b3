/** A stream ends with the credential that opened it: nothing is told to who could not ask any more. */
import { afterEach, describe, it, vi } from "vitest";

import { KEY, STREAM } from "../../../src/limits";
import { call } from "../../support/call";
import { type TestProject, makeProject } from "../../support/project";
import { LiveStream } from "../../support/run-events";
import { mintToken } from "../../support/tokens";

const SECOND_MS = 1000;
const realNow = Date.now;

afterEach(() => {
  vi.restoreAllMocks();
});

function passTime(byMs: number): void {
  vi.spyOn(Date, "now").mockImplementation(() => realNow() + byMs);
}

const TOLD = "before the end";
const LATE = "behind the end";

interface Following {
  project: TestProject;
  path: string;
  stream: LiveStream;
}

async function follow(of: (project: TestProject) => Promise<string>): Promise<Following> {
  const project = await makeProject();
  const credential = await of(project);
  const messages = [{ role: "user", content: TOLD }];
  const thread = await call("/api/sdk/threads", { key: credential, json: { messages } });
  const path = `/api/sdk/threads/${thread.json.id}`;
  const stream = await LiveStream.open(`${path}/stream`, credential);
  await stream.until((events) => events.length === 1);
  return { project, path, stream };
}

function write({ project: { key }, path }: Following, content: string) {
  return call(`${path}/messages`, { key, json: { role: "user", content } });
}

async function spareKey({ key }: TestProject): Promise<string> {
  return (await call("/api/sdk/keys", { key, json: { name: "spare" } })).json.secret;
}

describe("a thread that is followed", () => {
  it("is told no further once the token has expired", async ({ expect }) => {
    const following = await follow(({ key }) =>
      mintToken(key, { end_user_id: "ada", expires_in: 5 }),
    );
    passTime(5 * SECOND_MS + STREAM.admittedMs);
    await write(following, LATE);
    await following.stream.until(() => false);
    expect(following.stream.text).toContain(TOLD);
    expect(following.stream.text).not.toContain(LATE);
  });

  it("is told no further once tokens, or the key, are revoked", async ({ expect }) => {
    const byToken = await follow(({ key }) => mintToken(key, { end_user_id: "ada" }));
    const { key } = byToken.project;
    await call("/api/sdk/tokens/revoke", { key, json: { end_user_id: "ada" } });
    const byKey = await follow(spareKey);
    const listed = await call("/api/sdk/keys", { key: byKey.project.key });
    const spare = listed.json.keys.find(({ name }: { name: string }) => name === "spare");
    await call(`/api/sdk/keys/${spare.id}`, { key: byKey.project.key, method: "DELETE" });
    passTime(KEY.cacheMs + STREAM.admittedMs);
    for (const following of [byToken, byKey]) {
      await write(following, LATE);
      await following.stream.until(() => false);
      expect(following.stream.text).not.toContain(LATE);
    }
  });

  it("is told on where the token is good", async ({ expect }) => {
    const following = await follow(({ key }) => mintToken(key, { end_user_id: "ada" }));
    passTime(KEY.cacheMs + STREAM.admittedMs);
    await write(following, LATE);
    await following.stream.until((events) => events.length === 2);
    expect(following.stream.text).toContain(LATE);
    await following.stream.leave();
  });
});
