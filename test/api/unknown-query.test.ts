/** What is accepted is never ignored in silence: a name in a query that the call does not know. */
import { beforeAll, it } from "vitest";

import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";

const threads = "/api/sdk/threads";
let project: TestProject;

beforeAll(async () => {
  project = await makeProject();
});

it.for([
  ["a call that takes none", "", () => call(`${threads}?lmit=5`, { key: project.key, json: {} })],
  [
    "a call that takes another",
    " (did you mean limit?)",
    () => call(`${threads}?lmit=5`, { key: project.key }),
  ],
  [
    "a call for a file",
    "",
    () => call("/api/sdk/files?lmit=5", { key: project.key, method: "POST" }),
  ],
] as const)("is refused by name to %s", async ([, meant, send], { expect }) => {
  const refused = await send();
  expect(refused.status).toBe(400);
  expect(refused.json.error.issues).toEqual([
    { path: ["lmit"], message: `is not a known field${meant}` },
  ]);
});
