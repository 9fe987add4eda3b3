/** The public API as the studio calls it. Made from /openapi.json by `npm run studio:types`. */

interface Schemas {
  MessagePart: { type: "text"; text: string; } | { type: "image_url"; url: string; detail?: string; } | { type: "blob"; mime_type: string; url: string; } | { type: "image_file"; file_id: string; detail?: string; } | { type: "file"; id: string; name?: string; } | { type: "link"; url: string; title?: string; } | { type: "table"; name: string; columns: (string)[]; data: ((unknown)[])[]; };
  Metadata: Record<string, string>;
  Thread: { id: string; created_at: number; metadata?: Schemas["Metadata"]; };
  Message: { id: string; created_at: number; thread_id: string; role: "user" | "assistant" | "system"; content: string; file_ids?: (string)[]; parts?: (Schemas["MessagePart"])[]; metadata?: Schemas["Metadata"]; agent_id?: string; name?: string; run_id?: string; author?: string; };
  File: { uuid: string; name: string; mimeType: string; size: number; projectId: number; createdAt: string; };
  StartRun: { version?: number | "latest" | "live"; config?: Record<string, Record<string, unknown>>; inputs?: (Record<string, unknown>)[]; thread_id?: string; blocking?: boolean; stream?: boolean; contentOnly?: boolean; block_filter?: (string)[]; on_conflict?: "queue" | "reject" | "interrupt" | "rollback"; deadline_seconds?: number; metadata?: Schemas["Metadata"]; wait_seconds?: number; webhook_url?: string; };
  Run: { run_id: string; created: number; run_type: "deploy"; version: number; thread_id?: string; status: { run: "running" | "requires_action" | "succeeded" | "errored"; blocks: ({ block_type: string; name: string; status: "running" | "succeeded" | "errored"; success_count: number; error_count: number; })[]; }; error?: { code: string; message: string; }; config: { blocks: Record<string, Record<string, unknown>>; }; traces: ([[string, string], ((Schemas["RunCell"])[])[]])[]; results: ((Schemas["RunCell"])[])[] | null; usage?: { input_tokens: number; output_tokens: number; }; metadata?: Schemas["Metadata"]; incomplete?: "max_prompt_tokens" | "max_completion_tokens" | "content_filter"; required_action?: { calls: ({ call_id: string; block_name: string; input_index: number; name: string; arguments: string; })[]; }; };
  RunCell: { value: unknown; error: string | null; meta: { duration: number; } & Record<string, unknown>; };
  RunSummary: { run_id: string; created: number; run_type: "deploy"; version: number; thread_id?: string; status: { run: "running" | "requires_action" | "succeeded" | "errored"; }; error?: { code: string; message: string; }; };
  RunStep: { n: number; type: "message" | "calls" | "search"; status: "running" | "completed" | "failed" | "cancelled" | "expired"; block_name: string; input_index: number; map: { name: string; iteration: number; } | null; reply: number; started: number; ended: number | null; message_id: string | null; text?: string; reasoning?: string; calls?: ({ call_id: string; name: string; arguments: string; answered_by: "client" | "tool"; output: string | null; is_error: boolean; })[]; searches?: ({ call_id: string; query: string; results: ({ document_id: string; file_id: string | null; title: string; content: string; score: number; offset: number; })[] | null; })[]; usage: { input_tokens: number; output_tokens: number; } | null; error: { code: string; message: string; } | null; };
  Tool: { id: string; project_id: string; name: string; description?: string; latest_version: number; live_version: number; default_version: "latest" | "live"; created_at: number; updated_at: number; };
  Project: { id: string; number: number; name: string; created_at: string; };
  UIMessage: { id: string; role: "user"; parts: ({ type: "text"; text: string; } | { type: "file"; mediaType: string; filename?: string; url: string; })[]; metadata?: Schemas["Metadata"] | null; };
  ChatTurn: { id: string; messages?: (Schemas["UIMessage"])[]; message?: Schemas["UIMessage"]; trigger?: "submit-message" | "regenerate-message"; messageId?: string | null; bobbin?: { on_conflict?: "queue" | "reject" | "interrupt" | "rollback"; version?: number | "latest" | "live"; config?: Record<string, Record<string, unknown>>; deadline_seconds?: number; }; } & Record<string, unknown>;
}

export interface Calls {
  /** List threads, the newest first. */
  "GET /api/sdk/threads": {
    path: object;
    query: { limit?: number; order?: "asc" | "desc"; after?: string; before?: string; q?: string; agent_id?: string; participant_id?: string; created_at?: { gt?: number; gte?: number; lt?: number; lte?: number; }; updated_at?: { gt?: number; gte?: number; lt?: number; lte?: number; }; metadata?: Record<string, string>; };
    body: unknown;
    reply: { list: (Schemas["Thread"])[]; };
  };
  /** Get a thread. */
  "GET /api/sdk/threads/{thread_id}": {
    path: { thread_id: string; };
    query: object;
    body: unknown;
    reply: Schemas["Thread"];
  };
  /** Delete a thread with its messages and runs. */
  "DELETE /api/sdk/threads/{thread_id}": {
    path: { thread_id: string; };
    query: object;
    body: unknown;
    reply: { message: "deleted"; threadId: string; };
  };
  /** Follow a thread: its messages, and the runs to come. */
  "GET /api/sdk/threads/{thread_id}/stream": {
    path: { thread_id: string; };
    query: { after?: string; };
    body: unknown;
    reply: unknown;
  };
  /** List a thread's messages, the newest first. */
  "GET /api/sdk/threads/{thread_id}/messages": {
    path: { thread_id: string; };
    query: { limit?: number; order?: "asc" | "desc"; after?: string; before?: string; q?: string; superseded?: "0" | "1"; };
    body: unknown;
    reply: { list: (Schemas["Message"])[]; has_more?: true; };
  };
  /** Get what is known of a file. */
  "GET /api/sdk/files/{file_id}": {
    path: { file_id: string; };
    query: object;
    body: unknown;
    reply: { file: Schemas["File"]; };
  };
  /** Download a file. */
  "GET /api/sdk/files/{file_id}/content": {
    path: { file_id: string; };
    query: object;
    body: unknown;
    reply: unknown;
  };
  /** List a tool's runs, the newest first. */
  "GET /api/sdk/p/{project_id}/a/{tool_id}/r": {
    path: { project_id: string; tool_id: string; };
    query: { limit?: number; order?: "asc" | "desc"; after?: string; before?: string; status?: "running" | "requires_action" | "succeeded" | "errored"; thread_id?: string; };
    body: unknown;
    reply: { runs: (Schemas["RunSummary"])[]; };
  };
  /** Run a tool. */
  "POST /api/sdk/p/{project_id}/a/{tool_id}/r": {
    path: { project_id: string; tool_id: string; };
    query: object;
    body: Schemas["StartRun"];
    reply: { run_id?: string; run: Schemas["Run"]; };
  };
  /** Get a run, at work or ended. */
  "GET /api/sdk/p/{project_id}/a/{tool_id}/r/{run_id}": {
    path: { project_id: string; tool_id: string; run_id: string; };
    query: object;
    body: unknown;
    reply: { run: Schemas["Run"]; };
  };
  /** Stop a run and keep the text it has told. */
  "POST /api/sdk/p/{project_id}/a/{tool_id}/r/{run_id}/cancel": {
    path: { project_id: string; tool_id: string; run_id: string; };
    query: object;
    body: unknown;
    reply: { run: Schemas["Run"]; };
  };
  /** Hand in outputs of the function calls that a run waits for. */
  "POST /api/sdk/p/{project_id}/a/{tool_id}/r/{run_id}/submit": {
    path: { project_id: string; tool_id: string; run_id: string; };
    query: object;
    body: { outputs: ({ call_id: string; output: string; })[]; };
    reply: { run: Schemas["Run"]; };
  };
  /** Follow a run from its start, or from where a reader left off. */
  "GET /api/sdk/p/{project_id}/a/{tool_id}/r/{run_id}/stream": {
    path: { project_id: string; tool_id: string; run_id: string; };
    query: { after?: number; };
    body: unknown;
    reply: unknown;
  };
  /** List a run's steps: replies of models, their calls and what these gave. */
  "GET /api/sdk/p/{project_id}/a/{tool_id}/r/{run_id}/steps": {
    path: { project_id: string; tool_id: string; run_id: string; };
    query: object;
    body: unknown;
    reply: { steps: (Schemas["RunStep"])[]; };
  };
  /** List tools, the newest first. */
  "GET /api/sdk/p/{project_id}/a": {
    path: { project_id: string; };
    query: { limit?: number; order?: "asc" | "desc"; after?: string; before?: string; };
    body: unknown;
    reply: { tools: (Schemas["Tool"])[]; };
  };
  /** Get the project that a key belongs to, and what the key may. */
  "GET /api/sdk/project": {
    path: object;
    query: object;
    body: unknown;
    reply: { project: Schemas["Project"]; scopes: ("read" | "write" | "run" | "admin")[]; };
  };
  /** Say something in a chat, and hear the answer as it comes. */
  "POST /ui/v1/tools/{tool_id}/chat": {
    path: { tool_id: string; };
    query: { parts?: "5" | "6" | "7"; reasoning?: "0" | "1"; sources?: "0" | "1"; metadata?: "0" | "1"; actions?: "0" | "1"; wait?: number; };
    body: Schemas["ChatTurn"];
    reply: unknown;
  };
}
