/** What every dialect refuses before it looks at what is asked. */
import { beforeAll, describe, it } from "vitest";

import { type Call, call } from "../support/call";
import { type TestProject, makeKey, makeProject } from "../support/project";
import { DIALECTS, refusalsOf } from "./dialects";

for (const dialect of DIALECTS) {
  const { refusalOf, refused } = refusalsOf(dialect);
  let project: TestProject;
  let taken: { path: string; json: object };

  beforeAll(async () => {
    project = await makeProject();
    taken = await dialect.write(project);
  });

  const send = (options: Call) => call(taken.path, { key: project.key, ...options });

  describe(`${dialect.name}: what is refused`, () => {
    it("is a body that is broken, or no object", async ({ expect }) => {
      const headers = { "Content-Type": "application/json" };
      expect(refusalOf(await send({ body: "{", headers }))).toEqual(refused(400, "malformedBody"));
      expect(refusalOf(await send({ body: "[]", headers }))).toEqual(refused(400, "invalid", [""]));
    });

    it("is a method that the path does not take, which names those that it does", async ({
      expect,
    }) => {
      const answer = await send({ method: "DELETE" });
      expect(refusalOf(answer)).toEqual(refused(405, "methodNotAllowed"));
      expect(answer.headers.get("Allow")).toBe("GET, HEAD, OPTIONS, POST");
    });

    it("is a path that there is not, in the dialect's own words", async ({ expect }) => {
      const answer = await call(`${taken.path}/a/b/c/d`, project);
      expect(refusalOf(answer)).toEqual(refused(404, "noRoute"));
    });

    it("is a call without a key, and one whose key may not", async ({ expect }) => {
      expect(refusalOf(await send({ key: undefined }))).toEqual(refused(401, "unauthorized"));
      const key = await makeKey(project.id, { scopes: ["read"] });
      expect(refusalOf(await send({ key, json: taken.json }))).toEqual(refused(403, "forbidden"));
    });
  });
}
