import { env } from "cloudflare:workers";

import { newToolId } from "../../src/domain/ids";
import type { ActionDefinition } from "../../src/domain/tool";
import { createTool } from "../../src/store/tools/tools";

/** A tool of these actions, as a deploy would leave it. */
export async function makeTool(
  projectId: string,
  actions: readonly ActionDefinition[],
  name = "chat",
): Promise<string> {
  const tool = { projectId, id: newToolId(), name, description: null, actions, nowMs: 0 };
  return (await createTool(env.DB, tool)).id;
}

/** What a fresh checkout is seeded with: a chat on provider `offline`. */
export function chatActions(config: Record<string, unknown> = {}): ActionDefinition[] {
  return [
    { name: "INPUT", type: "input" },
    { name: "HISTORY", type: "thread", config: { limit: 10 } },
    {
      name: "MODEL_CALL",
      type: "chat",
      spec: { messages: "{{ HISTORY.messages }}" },
      config: { provider_id: "offline", model_id: "offline", ...config },
    },
    { name: "OUTPUT", type: "output" },
  ];
}

/** The same, whose model calls a function that the caller's client is to answer. */
export function clientActions(): ActionDefinition[] {
  const functions = [
    { name: "look_up", parameters: { type: "object", properties: {} }, client: true },
  ];
  const calls = { offline: { function_call: { name: "look_up", arguments: { id: 1 } } } };
  return chatActions(calls).map((action) =>
    action.type === "chat" ? { ...action, spec: { ...action.spec, functions } } : action,
  );
}
