export interface StreamingServer {
  url: string;
  key: string;
  projectId: string;
  toolId: string;
}

/**
 * Asks for a streamed run of a `chat` action named MODEL_CALL on the thread, answered by the built-in provider.
 * @param offline The action's `config.offline`.
 */
export function startStream(
  { url, key, projectId, toolId }: StreamingServer,
  thread: string,
  offline: object,
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(new URL(`/api/sdk/p/${projectId}/a/${toolId}/r`, url), {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify({
      thread_id: thread,
      stream: true,
      inputs: [{ messages: [{ role: "user", content: "Hello" }] }],
      config: { MODEL_CALL: { offline } },
    }),
    ...(signal === undefined ? {} : { signal }),
  });
}
