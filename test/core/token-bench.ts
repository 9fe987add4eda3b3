/** A project with a tool, and an end user who may run it with all that tokens may list. */
import { VERBS } from "../../src/domain/access/session-token";
import { type Call, type Reply, call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";
import { mintToken } from "../support/tokens";

export interface TokenBench extends TestProject {
  toolId: string;
  /** Of the tool's runs. */
  path: string;
  /** Of end user `ada`. */
  token: string;
  /** Made by that token. */
  threadId: string;
}

/** Deployed over the API, as a project would. */
export async function deployTool(
  { id, key }: TestProject,
  actions: readonly object[],
  open?: object,
): Promise<string> {
  const definition = { name: "tool", actions, ...(open === undefined ? {} : { open }) };
  const made = await call(`/api/sdk/p/${id}/a`, { key, json: definition });
  if (made.status !== 200) {
    throw new Error(`no tool was deployed: ${made.text}`);
  }
  return made.json.tool.id;
}

export async function makeTokenBench(
  actions: readonly object[],
  open?: object,
): Promise<TokenBench> {
  const project = await makeProject();
  const toolId = await deployTool(project, actions, open);
  const request = { end_user_id: "ada", tools: [toolId], verbs: VERBS };
  const token = await mintToken(project.key, request);
  const thread = await call("/api/sdk/threads", { key: token, json: {} });
  const path = `/api/sdk/p/${project.id}/a/${toolId}/r`;
  return { ...project, toolId, path, token, threadId: thread.json.id };
}

/** A run that the token's holder asks for. */
export function runByToken({ path, token }: TokenBench, json: object = {}): Promise<Reply> {
  return call(path, { key: token, json });
}

export async function upload(key: string, text: string, name = "note.txt"): Promise<string> {
  const form = new FormData();
  form.set("file", new File([text], name, { type: "text/plain" }));
  const made: Call = { key, body: form };
  return (await call("/api/sdk/files", made)).json.fileId;
}
