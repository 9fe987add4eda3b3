/** What the samples of the reference name: one of each thing of a project, made anew for each sample. */
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import type { ApiClient } from "./api-client.ts";

const Id = z.object({ id: z.string() });
const KeyReply = z.object({ key: z.object({ id: z.string() }) });

const HOME = `/p/${DEMO.projectId}`;

const ECHO = [
  { name: "INPUT", type: "input" },
  { name: "OUTPUT", type: "output", spec: { value: "Version 1." } },
];
/** Runs of it wait for their client. */
const ASKS_ITS_CLIENT = [
  { name: "INPUT", type: "input" },
  {
    name: "ASK",
    type: "chat",
    spec: {
      messages: [{ role: "user", content: "How is the weather?" }],
      functions: [{ name: "look_up", client: true, parameters: { type: "object" } }],
    },
    config: { provider_id: "offline", offline: { function_call: { name: "look_up" } } },
  },
  { name: "OUTPUT", type: "output" },
];

const WAITS_FOR_ITS_CLIENT = new Set([
  "submitOutputs",
  "openaiSubmitToolOutputs",
  "openaiCancelRun",
  "openaiGetRunStep",
]);

/** Variables of a shell. */
export type Shell = Record<string, string>;

/**
 * @param operationId Some need a thing in a state of its own: a run that waits, a delivery.
 * @param name Of what the world makes, new in each.
 */
export async function makeSampleWorld(
  api: ApiClient,
  operationId: string,
  name: string,
): Promise<Shell> {
  const made = async (path: string, body: object) => (await api.post(path, body)).json();
  const actions = WAITS_FOR_ITS_CLIENT.has(operationId) ? ASKS_ITS_CLIENT : ECHO;
  const { tool } = z
    .object({ tool: Id })
    .parse(await made(`${HOME}/a`, { name, actions, default_version: "live" }));
  const thread = Id.parse(await made("/threads", { metadata: { world: name } }));
  const form = new FormData();
  form.set("file", new Blob(["Bobbin keeps files."], { type: "text/plain" }), "notes.txt");
  const upload = await (await api.send("/files", { method: "POST", body: form })).json();
  const { fileId } = z.object({ fileId: z.string() }).parse(upload);
  const said = { role: "user", content: "Hello", file_ids: [fileId] };
  const message = Id.parse(await made(`/threads/${thread.id}/messages`, said));
  const webhook = Id.parse(await made("/webhooks", { url: `https://${name}.example.com/` }));
  const key = KeyReply.parse(await made("/keys", { name, scopes: ["read"] }));
  const secret = Id.parse(await made("/signing-secrets", {}));
  await made("/tokens", { end_user_id: name, tools: [tool.id] });
  await made(`${HOME}/knowledge`, { name });
  await api.send(`${HOME}/knowledge/${name}/d/refunds`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text: "Refunds take five days.", tags: ["billing"] }),
  });
  // Of another dialect.
  const stores = "/../../openai/v1/vector_stores";
  const store = Id.parse(await made(stores, { name }));
  const storeFile = Id.parse(await made(`${stores}/${store.id}/files`, { file_id: fileId }));
  const inBatch = { file_ids: [fileId] };
  const batch = Id.parse(await made(`${stores}/${store.id}/file_batches`, inBatch));
  const batches = `${HOME}/knowledge/${name}/batches`;
  const { batch: documents } = z
    .object({ batch: Id })
    .parse(await made(batches, { documents: [{ file_id: fileId }] }));
  const { run } = z
    .object({ run: z.looseObject({ run_id: z.string() }) })
    .parse(await made(`${HOME}/a/${tool.id}/r`, { thread_id: thread.id }));
  return {
    KEY: DEMO.key,
    PROJECT_ID: DEMO.projectId,
    TOOL_ID: tool.id,
    AGENT_ID: `agent_${tool.id}`,
    ASSISTANT_ID: `asst_${tool.id}`,
    STEP_ID: `step_${run.run_id}_1`,
    MODEL: "offline",
    CHAT_ID: thread.id,
    VERSION: "1",
    THREAD_ID: thread.id,
    MESSAGE_ID: message.id,
    FILE_ID: fileId,
    STORE_FILE_ID: storeFile.id,
    VECTOR_STORE_ID: store.id,
    BATCH_ID: batch.id,
    DOCUMENT_BATCH_ID: documents.id,
    RUN_ID: run.run_id,
    CALL_ID: callOf(run) ?? "",
    KNOWLEDGE: name,
    DOCUMENT_ID: "refunds",
    END_USER_ID: name,
    WEBHOOK_ID: webhook.id,
    DELIVERY_ID: await deliveryOf(api, webhook.id),
    KEY_ID: key.key.id,
    SECRET_ID: secret.id,
  };
}

function callOf(run: unknown): string | undefined {
  const Waiting = z.object({
    required_action: z.object({ calls: z.array(z.object({ call_id: z.string() })) }),
  });
  return Waiting.safeParse(run).data?.required_action.calls[0]?.call_id;
}

async function deliveryOf(api: ApiClient, webhookId: string): Promise<string> {
  const Deliveries = z.object({ list: z.array(Id) });
  for (;;) {
    const reply = await api.send(`/webhooks/deliveries?webhook_id=${webhookId}`);
    const [delivery] = Deliveries.parse(await reply.json()).list;
    if (delivery !== undefined) {
      return delivery.id;
    }
  }
}

/** Ids of all that the project has and that nothing but a deletion takes away. */
export async function thingsOf(api: ApiClient): Promise<Set<string>> {
  const Lists = z.record(z.string(), z.array(z.record(z.string(), z.unknown())));
  const paths = ["/threads?limit=100", "/files", `${HOME}/a`, `${HOME}/knowledge`, "/webhooks"];
  const replies = await Promise.all(
    [...paths, "/keys", "/signing-secrets"].map(async (path) =>
      Lists.parse(await (await api.send(path)).json()),
    ),
  );
  return new Set(
    replies
      .flatMap((reply) => Object.values(reply).flat())
      .filter(({ revoked_at: revokedAt, retires_at: retiresAt }) => !revokedAt && !retiresAt)
      .map(({ id, uuid, name }) => String(id ?? uuid ?? name)),
  );
}

/** Takes away what a project, or a page of its list, has a bounded number of. */
export async function dropBounded(api: ApiClient): Promise<void> {
  const Lists = z.record(z.string(), z.array(z.record(z.string(), z.unknown())));
  for (const path of ["/webhooks", "/threads", `${HOME}/knowledge`]) {
    const lists = Lists.parse(await (await api.send(path)).json());
    for (const { id, name } of Object.values(lists).flat()) {
      await api.send(`${path}/${String(id ?? name)}`, { method: "DELETE" });
    }
  }
}
