/** Which files a session token's run reads: its own, those that the tool names, those that it opens. */
import { describe, it } from "vitest";

import { call } from "../support/call";
import { makeProject } from "../support/project";
import { mintToken } from "../support/tokens";
import { type TokenBench, deployTool, makeTokenBench, runByToken, upload } from "./token-bench";

const INPUT = { name: "INPUT", type: "input" };
const reads = (file_id: string) => [
  INPUT,
  { name: "FILE", type: "file", spec: { file_id } },
  { name: "OUTPUT", type: "output", spec: { value: "{{ FILE.text }}" } },
];
const DEEP = reads("{{ INPUT.a.b[0].id }}");
const NEVER = "00000000-0000-4000-8000-000000000000";

async function readBy(bench: TokenBench, input: object): Promise<[string, string]> {
  const { json } = await runByToken(bench, { inputs: [input] });
  const { status, results, error } = json.run;
  return [status.run, results?.[0]?.[0]?.value.content ?? error.code];
}

const deep = (id: string) => ({ a: { b: [{ id }] } });

describe("a file that a token's run is given", () => {
  it("is read where it is its end user's, and is like none where it is not", async ({ expect }) => {
    const bench = await makeTokenBench(DEEP);
    const eve = await mintToken(bench.key, { end_user_id: "eve", verbs: ["files:create"] });
    expect(await readBy(bench, deep(await upload(bench.token, "mine")))).toEqual([
      "succeeded",
      "mine",
    ]);
    for (const id of [await upload(bench.key, "SECRET"), await upload(eve, "SECRET"), NEVER]) {
      expect(await readBy(bench, deep(id))).toEqual(["errored", "tool_failed"]);
    }
  });

  it("is read where the version opens it, or all of the project's, never another user's", async ({
    expect,
  }) => {
    const project = await makeTokenBench(DEEP, { files: "project" });
    const eve = await mintToken(project.key, { end_user_id: "eve", verbs: ["files:create"] });
    expect(await readBy(project, deep(await upload(project.key, "price list")))).toEqual([
      "succeeded",
      "price list",
    ]);
    expect(await readBy(project, deep(await upload(eve, "SECRET")))).toEqual([
      "errored",
      "tool_failed",
    ]);
    const open = await upload(project.key, "opened");
    const toolId = await deployTool(project, DEEP, { files: [open] });
    const token = await mintToken(project.key, { end_user_id: "ada", tools: [toolId] });
    const path = `/api/sdk/p/${project.id}/a/${toolId}/r`;
    const one = { ...project, toolId, token, path };
    expect(await readBy(one, deep(open))).toEqual(["succeeded", "opened"]);
    expect(await readBy(one, deep(await upload(project.key, "SECRET")))).toEqual([
      "errored",
      "tool_failed",
    ]);
  });

  it("is the tool's where its definition names it, and not where an input does", async ({
    expect,
  }) => {
    const project = await makeProject();
    const handbook = await upload(project.key, "handbook");
    const toolId = await deployTool(project, reads(`{{ INPUT.id or "${handbook}" }}`));
    const token = await mintToken(project.key, { end_user_id: "ada", tools: [toolId] });
    const path = `/api/sdk/p/${project.id}/a/${toolId}/r`;
    const bench = { ...project, toolId, token, path, threadId: "" };
    expect(await readBy(bench, { id: "" })).toEqual(["succeeded", "handbook"]);
    expect(await readBy(bench, { id: handbook })).toEqual(["errored", "tool_failed"]);
  });

  it("is as far off through a tool that the tool calls", async ({ expect }) => {
    const project = await makeProject();
    const inner = await deployTool(project, DEEP);
    const outer = await deployTool(project, [
      INPUT,
      { name: "CALL", type: "tool", spec: { tool_id: inner, inputs: "{{ INPUT }}" } },
      { name: "OUTPUT", type: "output", spec: { value: "{{ CALL.results[0][0].value.content }}" } },
    ]);
    const token = await mintToken(project.key, { end_user_id: "ada", tools: [outer] });
    const path = `/api/sdk/p/${project.id}/a/${outer}/r`;
    const bench = { ...project, toolId: outer, token, path, threadId: "" };
    const secret = await upload(project.key, "SECRET");
    expect(await readBy(bench, deep(secret))).toEqual(["errored", "tool_failed"]);
    const byKey = await call(path, { key: project.key, json: { inputs: [deep(secret)] } });
    expect(byKey.json.run.results[0][0].value.content).toBe("SECRET");
  });
});
