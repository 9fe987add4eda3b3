/** What holds of files in every dialect that has them. */
import { beforeAll, describe, it } from "vitest";

import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";
import { dialectsWith, refusalsOf } from "./dialects";

const NEVER_ID = "00000000-0000-4000-8000-000000000000";

for (const { dialect, spoken: files } of dialectsWith("files")) {
  const { refusalOf, refused } = refusalsOf(dialect);
  let project: TestProject;
  let stranger: TestProject;

  beforeAll(async () => {
    [project, stranger] = await Promise.all([makeProject(), makeProject()]);
  });

  const upload = async (text: string, name = "每日推特.txt") => {
    const file = new File([text], name, { type: "text/plain" });
    const made = await call(files.path, { key: project.key, ...files.upload(file) });
    return files.readUploaded(made.json);
  };

  describe(`${dialect.name}: a file`, () => {
    it("goes up and comes down byte for byte, under its name", async ({ expect }) => {
      const id = await upload("你好, 👩‍👩‍👧");
      const read = await call(`${files.path}/${id}`, project);
      expect(files.read(read.json)).toEqual({ id, name: "每日推特.txt" });
      expect((await call(files.contentPath(id), project)).text).toBe("你好, 👩‍👩‍👧");
      const part = await call(files.contentPath(id), {
        key: project.key,
        headers: { Range: "bytes=0-2" },
      });
      expect([part.status, part.text]).toEqual([206, "你"]);
    });

    it("is listed until it is deleted", async ({ expect }) => {
      const id = await upload("x", "short-lived.txt");
      const listed = async () =>
        files.readList((await call(files.path, project)).json).map((file) => file.id);
      expect(await listed()).toContain(id);
      const gone = await call(`${files.path}/${id}`, { key: project.key, method: "DELETE" });
      expect(gone.status).toBe(200);
      expect(await listed()).not.toContain(id);
    });

    it("is the same file in every dialect that has files", async ({ expect }) => {
      const id = await upload("shared");
      for (const { spoken: others } of dialectsWith("files")) {
        expect((await call(others.contentPath(id), project)).text).toBe("shared");
      }
    });

    it("is not there for a stranger, nor where it never was", async ({ expect }) => {
      const id = await upload("mine");
      for (const [asked, key] of [
        [id, stranger.key],
        [NEVER_ID, project.key],
      ] as const) {
        for (const path of [`${files.path}/${asked}`, files.contentPath(asked)]) {
          expect(refusalOf(await call(path, { key }))).toEqual(refused(404, "fileNotFound"));
        }
      }
    });

    it("is refused where it is empty, and nothing is stored", async ({ expect }) => {
      const fresh = await makeProject();
      const empty = await call(files.path, {
        key: fresh.key,
        ...files.upload(new File([], "empty.txt")),
      });
      expect(refusalOf(empty)).toMatchObject({ status: 400, code: dialect.codes.invalid });
      expect(files.readList((await call(files.path, fresh)).json)).toEqual([]);
    });
  });
}
