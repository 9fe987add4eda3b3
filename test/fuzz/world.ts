/** What the requests of one batch may name: real ids, made anew because requests delete them. */
import { DEMO } from "../../scripts/local/demo-project.ts";
import type { RequestContext } from "./requests.ts";

export const OPERATOR = "the operator's own secret";

/** Two kinds of tokens: for all threads of an end user, and for one thread. */
export async function makeWorld(url: string): Promise<Omit<RequestContext, "document">> {
  const project = `/api/sdk/p/${DEMO.projectId}`;
  const thread = await post("/api/sdk/threads", {});
  const message = await post(`/api/sdk/threads/${thread.id}/messages`, {
    role: "user",
    content: "hello",
  });
  const { tool } = await post(`${project}/a`, { name: "spare", actions: ACTIONS });
  const { run } = await post(`${project}/a/${tool.id}/r`, { thread_id: thread.id });
  const { knowledge } = await post(`${project}/knowledge`, { name: `spare-${thread.id}` });
  const documentId = "spare";
  await call("PUT", `${project}/knowledge/${knowledge.name}/d/${documentId}`, {
    text: "Some text.",
  });
  const { fileId } = await upload();
  const actor = await post("/v1/actors", { name: "Ada", type: "user" });
  const secret = await post("/api/sdk/signing-secrets", {});
  const spare = (await post("/admin/projects", { name: "spare" }, OPERATOR)).project;
  const { key } = await post(`/admin/projects/${spare.id}/keys`, { name: "spare" }, OPERATOR);
  const own = await post("/api/sdk/tokens", { end_user_id: "ada", tools: [tool.id] });
  const bound = await post("/api/sdk/tokens", { end_user_id: "ada", thread: { id: thread.id } });

  async function upload() {
    const form = new FormData();
    form.set("file", new File(["hello"], "hello.txt", { type: "text/plain" }));
    return answer(
      await fetch(`${url}/api/sdk/files`, {
        method: "POST",
        headers: authorize(DEMO.key),
        body: form,
      }),
    );
  }

  function post(path: string, body: object, credential?: string) {
    return call("POST", path, body, credential);
  }

  async function call(method: string, path: string, body: object, credential: string = DEMO.key) {
    const headers = { ...authorize(credential), "Content-Type": "application/json" };
    return answer(await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) }));
  }

  const fieldIds = {
    thread_id: thread.id,
    tool_id: tool.id,
    agent_id: `agent_${tool.id}`,
    actor_id: actor.id,
    participant_id: actor.id,
    file_id: fileId,
    file_ids: fileId,
    tools: tool.id,
    after: thread.id,
    before: thread.id,
  };
  return {
    fieldIds,
    pathIds: {
      ...fieldIds,
      project_id: DEMO.projectId,
      message_id: message.id,
      run_id: run.run_id,
      name: knowledge.name,
      document_id: documentId,
      secret_id: secret.id,
      version: "1",
      key_id: key.id,
      end_user_id: "ada",
      spare_project_id: spare.id,
    },
    credentials: { key: DEMO.key, tokens: [own.token, bound.token], operator: OPERATOR },
  };
}

const ACTIONS = [
  { name: "INPUT", type: "input" },
  {
    name: "MODEL_CALL",
    type: "chat",
    spec: { messages: "{{ INPUT.messages | default([]) }}" },
    config: { provider_id: "offline" },
  },
  { name: "OUTPUT", type: "output" },
];

function authorize(credential: string) {
  return { Authorization: `Bearer ${credential}` };
}

// oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever came
async function answer(response: Response): Promise<any> {
  if (response.status !== 200) {
    throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  }
  return response.json();
}
