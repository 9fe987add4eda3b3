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

async function readNamed(bench: TokenBench, fileId: string, threadId = bench.threadId) {
  const json = { role: "user", content: "Read this.", file_ids: [fileId] };
  await call(`/api/sdk/threads/${threadId}/messages`, { key: bench.key, json });
  const run = await runByToken(bench, { thread_id: bench.threadId });
  return run.json.run.results?.[0]?.[0]?.value.content ?? run.json.run.error.code;
}

describe("a file that a message of a key names", () => {
  const actions = [
    INPUT,
    { name: "HISTORY", type: "thread", config: { files: true } },
    { name: "FILE", type: "file", spec: { file_id: "{{ HISTORY.messages[0].file_ids[0] }}" } },
    { name: "OUTPUT", type: "output", spec: { value: "{{ HISTORY.messages[0].content }}" } },
  ];

  it("is read on the thread on which it is named", async ({ expect }) => {
    const bench = await makeTokenBench(actions);
    const offer = await upload(bench.key, "an offer");
    expect(await readNamed(bench, offer)).toContain("an offer");
  });

  it("is not read on another thread, be it of the same end user", async ({ expect }) => {
    const bench = await makeTokenBench(reads("{{ INPUT.file }}"));
    const other = await call("/api/sdk/threads", { key: bench.token, json: {} });
    const secret = await upload(bench.key, "SECRET");
    const part = { type: "file", id: secret };
    const json = { role: "user", content: secret, parts: [part] };
    await call(`/api/sdk/threads/${bench.threadId}/messages`, { key: bench.token, json });
    const name = { role: "user", content: "Read this.", file_ids: [secret] };
    const run = () =>
      runByToken(bench, { thread_id: bench.threadId, inputs: [{ file: secret, parts: [part] }] });
    await call(`/api/sdk/threads/${other.json.id}/messages`, { key: bench.key, json: name });
    expect((await run()).json.run.error.code).toBe("tool_failed");
    await call(`/api/sdk/threads/${bench.threadId}/messages`, { key: bench.key, json: name });
    expect((await run()).json.run.results[0][0].value.content).toBe("SECRET");
  });

  it("is like none where it is another end user's", async ({ expect }) => {
    const bench = await makeTokenBench(actions);
    const eve = await mintToken(bench.key, { end_user_id: "eve", verbs: ["files:create"] });
    expect(await readNamed(bench, await upload(eve, "SECRET"))).toBe("tool_failed");
  });

  it("is none where it was deleted since", async ({ expect }) => {
    const bench = await makeTokenBench(actions.toSpliced(2, 1));
    const gone = await upload(bench.key, "SECRET");
    const json = { role: "user", content: "Read this.", file_ids: [gone] };
    await call(`/api/sdk/threads/${bench.threadId}/messages`, { key: bench.key, json });
    await call(`/api/sdk/files/${gone}`, { key: bench.key, method: "DELETE" });
    const run = await runByToken(bench, { thread_id: bench.threadId });
    expect(run.json.run.results[0][0].value.content).toBe(
      `Read this.\n\n[file ${gone}: it is not there any more]`,
    );
  });
});
