/** Calls of the public API. Made from /openapi.json by `npm run studio:types`. */
/* oxlint-disable typescript/no-redundant-type-constituents, max-lines -- It stands as the document has it. */

interface Schemas {
  MessagePart: { type: "text"; text: string; } | { type: "refusal"; refusal: string; } | { type: "image_url"; url: string; detail?: string; } | { type: "blob"; mime_type: string; url: string; } | { type: "image_file"; file_id: string; detail?: string; } | { type: "file"; id: string; name?: string; } | { type: "link"; url: string; title?: string; } | { type: "table"; name: string; columns: (string)[]; data: ((unknown)[])[]; };
  Metadata: Record<string, string>;
  Thread: { id: string; created_at: number; metadata?: Schemas["Metadata"]; end_user_id?: string; };
  Message: { id: string; created_at: number; thread_id: string; role: "user" | "assistant" | "system"; content: string; file_ids?: (string)[]; parts?: (Schemas["MessagePart"])[]; metadata?: Schemas["Metadata"]; agent_id?: string; name?: string; run_id?: string; author?: string; citations?: (Schemas["Citation"])[]; incomplete?: "cancelled" | "expired" | "failed" | "max_tokens" | "content_filter"; };
  Citation: { mark: string; start: number; end: number; document_id: string; file_id?: string; title: string; quote: string; pages?: (number)[]; };
  File: { uuid: string; name: string; mimeType: string; size: number; projectId: number; createdAt: string; purpose?: string; expiresAt?: string; };
  StartRun: { version?: number | "latest" | "live"; config?: Record<string, Record<string, unknown>>; inputs?: (Record<string, unknown>)[]; thread_id?: string; blocking?: boolean; stream?: boolean; contentOnly?: boolean; block_filter?: (string)[]; on_conflict?: "queue" | "reject" | "interrupt" | "rollback"; deadline_seconds?: number; metadata?: Schemas["Metadata"]; wait_seconds?: number; webhook_url?: string; };
  Run: { run_id: string; created: number; run_type: "deploy"; version: number; thread_id?: string; status: { run: "running" | "requires_action" | "succeeded" | "errored"; blocks: ({ block_type: string; name: string; status: "running" | "succeeded" | "errored"; success_count: number; error_count: number; })[]; }; error?: { code: string; message: string; }; config: { blocks: Record<string, Record<string, unknown>>; }; traces: ([[string, string], ((Schemas["RunCell"])[])[]])[]; results: ((Schemas["RunCell"])[])[] | null; usage?: { input_tokens: number; output_tokens: number; cost_usd?: number; }; end_user_id?: string; timing?: Schemas["RunTiming"]; metadata?: Schemas["Metadata"]; incomplete?: "max_prompt_tokens" | "max_completion_tokens" | "content_filter"; required_action?: { calls: ({ call_id: string; block_name: string; input_index: number; name: string; arguments: string; })[]; }; };
  RunCell: { value: unknown; error: string | null; meta: { duration: number; started?: number; } & Record<string, unknown>; };
  RunTiming: { started: number | null; ended: number | null; queue: number | null; first_token: number | null; attempts: number; };
  RunSummary: { run_id: string; created: number; run_type: "deploy"; version: number; thread_id?: string; status: { run: "running" | "requires_action" | "succeeded" | "errored"; }; error?: { code: string; message: string; }; };
  RunStep: { n: number; type: "message" | "calls" | "search"; status: "running" | "completed" | "failed" | "cancelled" | "expired"; block_name: string; input_index: number; map: { name: string; iteration: number; } | null; reply: number; started: number; ended: number | null; message_id: string | null; text?: string; reasoning?: string; calls?: ({ call_id: string; name: string; arguments: string; answered_by: "client" | "tool"; output: string | null; is_error: boolean; })[]; searches?: ({ call_id: string; query: string; results: ({ document_id: string; file_id: string | null; title: string; content: string; score: number; offset: number; pages?: (number)[]; })[] | null; })[]; usage: { input_tokens: number; output_tokens: number; cost_usd?: number; } | null; error: { code: string; message: string; } | null; };
  OpenToTokens: { config?: Record<string, (string)[]>; version?: boolean; deadline_seconds?: boolean; on_conflict?: ("reject" | "interrupt" | "rollback")[]; roles?: ("user" | "assistant" | "system")[]; outputs?: (string)[]; files?: "project" | (string)[]; };
  Action: Schemas["InputAction"] | Schemas["ThreadAction"] | Schemas["FileAction"] | Schemas["DataAction"] | Schemas["KnowledgeAction"] | Schemas["CodeAction"] | Schemas["ChatAction"] | Schemas["ModelAction"] | Schemas["CurlAction"] | Schemas["BrowserAction"] | Schemas["ToolAction"] | Schemas["IfAction"] | Schemas["LoopAction"] | Schemas["MapAction"] | Schemas["ReturnAction"] | Schemas["OutputAction"];
  InputAction: { name: string; type: "input"; spec?: Record<string, unknown>; config?: Record<string, unknown>; };
  ThreadAction: { name: string; type: "thread"; spec?: Record<string, unknown>; config?: { limit?: number; roles?: ("user" | "assistant" | "system")[]; files?: boolean | { max_chars?: number; }; }; };
  FileAction: { name: string; type: "file"; spec?: { file_id: string | (string)[] | Schemas["Template"]; }; config?: { max_chars?: number; pages?: string | (number)[]; }; };
  Template: string | { $js: string; };
  DataAction: { name: string; type: "data"; spec?: { file_id: string | Schemas["Template"]; }; config?: { limit?: number; }; };
  KnowledgeAction: { name: string; type: "knowledge"; spec?: { query: string | Schemas["Template"]; }; config?: { knowledge?: (string)[]; top_k?: number; include_tags?: (string)[]; exclude_tags?: (string)[]; }; };
  CodeAction: { name: string; type: "code"; spec?: { code: string; }; config?: { timeout_ms?: number; use_cache?: boolean; }; };
  ChatAction: { name: string; type: "chat"; spec?: { instruction?: string | Schemas["Template"]; messages?: ({ role: "system" | "developer" | "user" | "assistant" | "function" | "tool"; content?: string | ({ type: "text"; text: string; } | { type: "refusal"; refusal: string; } | { type: "image_url"; url: string; detail?: string; } | { type: "blob"; mime_type: string; url: string; } | { type: "image_file"; file_id: string; detail?: string; } | { type: "file"; id: string; name?: string; } | { type: "link"; url: string; title?: string; } | { type: "table"; name: string; columns: (string)[]; data: ((unknown)[])[]; } | { type: "image_url"; image_url: { url: string; detail?: string; }; })[] | null; name?: string | null; parts?: ({ type: "text"; text: string; } | { type: "refusal"; refusal: string; } | { type: "image_url"; url: string; detail?: string; } | { type: "blob"; mime_type: string; url: string; } | { type: "image_file"; file_id: string; detail?: string; } | { type: "file"; id: string; name?: string; } | { type: "link"; url: string; title?: string; } | { type: "table"; name: string; columns: (string)[]; data: ((unknown)[])[]; } | { type: "image_url"; image_url: { url: string; detail?: string; }; })[] | null; function_call?: { name: string; arguments?: string; } | null; tool_calls?: ({ id: string; function: { name: string; arguments?: string; }; })[] | null; tool_call_id?: string | null; })[] | Schemas["Template"]; functions?: ({ name: string; description?: string; parameters?: Record<string, unknown>; strict?: boolean; client?: boolean; })[] | Schemas["Template"]; tools?: ({ tool_id: string; version?: number | "latest" | "live"; description?: string; parameters?: Record<string, unknown>; })[] | Schemas["Template"]; }; config?: { provider_id?: "offline" | "openai" | "anthropic" | "workers-ai" | "openai-compatible"; model_id?: string | null; temperature?: number | null; top_p?: number | null; reasoning_effort?: "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | null; max_tokens?: number | null; seed?: number | null; response_format?: { type: "text"; } | { type: "json_object"; } | { type: "json_schema"; json_schema: { name: string; description?: string; schema: Record<string, unknown>; strict?: boolean; }; } | null; stop?: string | (string)[] | null; function_call?: "auto" | "none" | "required" | { name: string; } | null; parallel_calls?: boolean; max_steps?: number; use_stream?: boolean | null; use_cache?: boolean; offline?: { text?: string; refusal?: string; reasoning?: string; tokens?: number; function_call?: { name: string; arguments?: Record<string, unknown> | string; } | ({ name: string; arguments?: Record<string, unknown> | string; })[]; call_text?: string; call_rounds?: number; error?: { status: number; message?: string; retry_after?: number; times?: number; }; delay_ms?: number; break_after?: number; silent_after?: number; }; model_name?: { name: string; stands_for: string; } | null; instruction?: string | null; add_instruction?: string | null; functions?: ({ name: string; description?: string; parameters?: Record<string, unknown>; strict?: boolean; client?: boolean; })[] | null; add_functions?: ({ name: string; description?: string; parameters?: Record<string, unknown>; strict?: boolean; client?: boolean; })[]; history?: { limit?: number; last?: number | null; } | null; knowledge?: (string)[] | null; search?: boolean | null; code?: "offered" | "declared" | null; min_similarity?: number; top_k?: number; per_reply_messages?: boolean; max_prompt_tokens?: number | null; max_completion_tokens?: number | null; }; };
  ModelAction: { name: string; type: "model"; spec?: { prompt: string | Schemas["Template"]; }; config?: { provider_id?: "offline" | "openai" | "anthropic" | "workers-ai" | "openai-compatible"; model_id?: string | null; temperature?: number | null; top_p?: number | null; reasoning_effort?: "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | null; max_tokens?: number | null; seed?: number | null; response_format?: { type: "text"; } | { type: "json_object"; } | { type: "json_schema"; json_schema: { name: string; description?: string; schema: Record<string, unknown>; strict?: boolean; }; } | null; stop?: string | (string)[] | null; function_call?: "auto" | "none" | "required" | { name: string; } | null; parallel_calls?: boolean; max_steps?: number; use_stream?: boolean | null; use_cache?: boolean; offline?: { text?: string; refusal?: string; reasoning?: string; tokens?: number; function_call?: { name: string; arguments?: Record<string, unknown> | string; } | ({ name: string; arguments?: Record<string, unknown> | string; })[]; call_text?: string; call_rounds?: number; error?: { status: number; message?: string; retry_after?: number; times?: number; }; delay_ms?: number; break_after?: number; silent_after?: number; }; }; };
  CurlAction: { name: string; type: "curl"; spec?: { method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" | Schemas["Template"]; url: string | Schemas["Template"]; headers?: Record<string, string> | Schemas["Template"]; body?: unknown | Schemas["Template"]; }; config?: { timeout_ms?: number; max_bytes?: number; use_cache?: boolean; error_as_output?: boolean; }; };
  BrowserAction: { name: string; type: "browser"; spec?: { url: string | Schemas["Template"]; selector?: string | (string)[] | Schemas["Template"]; }; config?: { timeout_ms?: number; max_bytes?: number; use_cache?: boolean; error_as_output?: boolean; }; };
  ToolAction: { name: string; type: "tool"; spec?: { tool_id: string | Schemas["Template"]; version?: number | "latest" | "live" | Schemas["Template"]; inputs?: (Record<string, unknown>)[] | Record<string, unknown> | Schemas["Template"]; config?: Record<string, Record<string, unknown>> | Schemas["Template"]; }; config?: Record<string, unknown>; };
  IfAction: { name: string; type: "if"; spec?: { condition: boolean | Schemas["Template"]; }; config?: Record<string, unknown>; actions: (Schemas["Action"])[]; else?: (Schemas["Action"])[]; };
  LoopAction: { name: string; type: "loop"; spec?: { condition: boolean | Schemas["Template"]; }; config?: { max_iterations?: number; }; actions: (Schemas["Action"])[]; };
  MapAction: { name: string; type: "map"; spec?: { over: (unknown)[] | Schemas["Template"]; repeat?: number | Schemas["Template"]; }; config?: { concurrency?: number; }; actions: (Schemas["Action"])[]; };
  ReturnAction: { name: string; type: "return"; spec?: Record<string, unknown>; config?: Record<string, unknown>; };
  OutputAction: { name: string; type: "output"; spec?: { value?: unknown | Schemas["Template"]; }; config?: Record<string, unknown>; };
  Tool: { id: string; project_id: string; name: string; description?: string; metadata?: Schemas["Metadata"]; latest_version: number; live_version: number; default_version: "latest" | "live"; created_at: number; updated_at: number; };
  ToolVersion: { tool_id: string; version: number; created_at: number; actions: (Record<string, unknown>)[]; open?: Record<string, unknown>; };
  CreateKnowledge: { name: string; title?: string; description?: string; embedding?: { provider_id: "openai" | "workers-ai" | "openai-compatible"; model_id: string; }; };
  Knowledge: { name: string; title?: string; description?: string; embedding?: { provider_id: string; model_id: string; }; document_count: number; waiting_count: number; failed_count: number; passage_count: number; created_at: number; expires_at?: number; };
  SearchKnowledge: { query: string; top_k?: number; include_tags?: (string)[]; exclude_tags?: (string)[]; timestamp?: { gte?: number; lt?: number; }; };
  KnowledgeHit: { document_id: string; file_id?: string; text: string; score: number; similarity?: number; offset: number; pages?: (number)[]; tags: (string)[]; attributes: Schemas["Attributes"]; source_url: string | null; };
  Attributes: Record<string, string | number | boolean>;
  PutDocument: { text?: string; file_id?: string; source_url?: string; timestamp?: number; tags?: (string)[]; attributes?: Schemas["Attributes"]; background?: boolean; };
  KnowledgeDocument: { id: string; file_id?: string; source_url?: string; timestamp: number; tags: (string)[]; attributes: Schemas["Attributes"]; status: "waiting" | "indexed" | "failed" | "cancelled"; last_error?: { code: string; message: string; }; length: number; passage_count: number; created_at: number; updated_at: number; };
  MintToken: { end_user_id: string; thread?: "own" | { id: string; }; tools?: (string)[]; verbs?: ("threads:create" | "threads:read" | "threads:update" | "threads:delete" | "messages:create" | "messages:read" | "messages:update" | "files:create" | "files:read" | "runs:create" | "runs:read" | "runs:cancel" | "runs:submit")[]; expires_in?: number; };
  MintedToken: { token: string; expires_at: number; claims: Record<string, unknown>; };
  RevokeTokens: { end_user_id?: string; all?: true; };
  CreateKey: { name: string; scopes?: ("read" | "write" | "run" | "admin")[]; expires_at?: string; };
  Key: { id: string; project_id: string; name: string; hint: string; scopes: ("read" | "write" | "run" | "admin")[]; created_at: string; expires_at: string | null; revoked_at: string | null; last_used_at: string | null; };
  RotateKey: { overlap?: number; };
  Project: { id: string; number: number; name: string; created_at: string; };
  CreateWebhook: { url?: string; events?: ("run.succeeded" | "run.failed" | "run.cancelled" | "run.expired" | "run.requires_action")[]; };
  Webhook: { id: string; url: string | null; events: ("run.succeeded" | "run.failed" | "run.cancelled" | "run.expired" | "run.requires_action")[]; enabled: boolean; created_at: number; secret?: string; };
  WebhookDelivery: { id: string; webhook_id: string | null; run_id: string; thread_id?: string; type: "run.succeeded" | "run.failed" | "run.cancelled" | "run.expired" | "run.requires_action"; url: string; status: "pending" | "delivered" | "failed"; attempts: number; created_at: number; next_attempt_at: number | null; delivered_at: number | null; response_status: number | null; error: string | null; };
  UpdateWebhook: { enabled: boolean; };
  Usage: { threads: { used: number; reserved: number; quota: number | null; resets_at: string | null; }; messages: { used: number; reserved: number; quota: number | null; resets_at: string | null; }; files: { used: number; reserved: number; quota: number | null; resets_at: string | null; }; bytes: { used: number; reserved: number; quota: number | null; resets_at: string | null; }; runs: { used: number; reserved: number; quota: number | null; resets_at: string | null; }; tokens: { used: number; reserved: number; quota: number | null; resets_at: string | null; }; };
  UsageDay: { day: string; runs: number; errors: number; tokens: { input: number; output: number; }; cost_usd: number; first_token_ms: { runs: number; p50: number | null; p95: number | null; }; };
  UIMessage: { id: string; role: "user"; parts: ({ type: "text"; text: string; } | { type: "file"; mediaType: string; filename?: string; url: string; })[]; metadata?: Schemas["Metadata"] | null; };
  ChatTurn: { id: string; messages?: (Schemas["UIMessage"])[]; message?: Schemas["UIMessage"]; trigger?: "submit-message" | "regenerate-message"; messageId?: string | null; bobbin?: { on_conflict?: "queue" | "reject" | "interrupt" | "rollback"; version?: number | "latest" | "live"; config?: Record<string, Record<string, unknown>>; deadline_seconds?: number; }; } & Record<string, unknown>;
  UIMessageOfChat: { id: string; role: "user" | "assistant" | "system"; metadata: Record<string, unknown>; parts: ({ type: string; } & Record<string, unknown>)[]; };
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
  /** List files, the newest first. */
  "GET /api/sdk/files": {
    path: object;
    query: { limit?: number; order?: "asc" | "desc"; after?: string; before?: string; };
    body: unknown;
    reply: { files: (Schemas["File"])[]; };
  };
  /** Upload a file. */
  "POST /api/sdk/files": {
    path: object;
    query: object;
    body: unknown;
    reply: { message: "upload file success"; fileId: string; path: string; };
  };
  /** Get what is known of a file. */
  "GET /api/sdk/files/{file_id}": {
    path: { file_id: string; };
    query: object;
    body: unknown;
    reply: { file: Schemas["File"]; };
  };
  /** Delete a file. */
  "DELETE /api/sdk/files/{file_id}": {
    path: { file_id: string; };
    query: object;
    body: unknown;
    reply: { message: "deleted"; fileId: string; };
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
  /** Create a tool and deploy its version 1, which is live. */
  "POST /api/sdk/p/{project_id}/a": {
    path: { project_id: string; };
    query: object;
    body: { name: string; description?: string; metadata?: Schemas["Metadata"]; default_version?: "latest" | "live"; actions: (Schemas["Action"])[]; open?: Schemas["OpenToTokens"]; };
    reply: { tool: Schemas["Tool"]; version: number; runs_without_version_use: string; warnings?: (string)[]; };
  };
  /** Get a tool. */
  "GET /api/sdk/p/{project_id}/a/{tool_id}": {
    path: { project_id: string; tool_id: string; };
    query: object;
    body: unknown;
    reply: { tool: Schemas["Tool"]; runs_without_version_use: string; };
  };
  /** Rename or describe a tool, promote or roll back its live version. */
  "POST /api/sdk/p/{project_id}/a/{tool_id}": {
    path: { project_id: string; tool_id: string; };
    query: object;
    body: { name?: string; description?: string | null; metadata?: Schemas["Metadata"] | null; live_version?: number; default_version?: "latest" | "live"; };
    reply: { tool: Schemas["Tool"]; runs_without_version_use: string; };
  };
  /** Delete a tool with its versions. */
  "DELETE /api/sdk/p/{project_id}/a/{tool_id}": {
    path: { project_id: string; tool_id: string; };
    query: object;
    body: unknown;
    reply: { message: "deleted"; toolId: string; };
  };
  /** List a tool's versions, the newest first. */
  "GET /api/sdk/p/{project_id}/a/{tool_id}/v": {
    path: { project_id: string; tool_id: string; };
    query: { limit?: number; before?: number; };
    body: unknown;
    reply: { versions: ({ version: number; live: boolean; created_at: number; })[]; };
  };
  /** Deploy a new version. */
  "POST /api/sdk/p/{project_id}/a/{tool_id}/v": {
    path: { project_id: string; tool_id: string; };
    query: object;
    body: { actions: (Schemas["Action"])[]; open?: Schemas["OpenToTokens"]; live?: boolean; };
    reply: { tool: Schemas["Tool"]; version: number; runs_without_version_use: string; warnings?: (string)[]; };
  };
  /** Get one version with its actions. */
  "GET /api/sdk/p/{project_id}/a/{tool_id}/v/{version}": {
    path: { project_id: string; tool_id: string; version: string; };
    query: object;
    body: unknown;
    reply: Schemas["ToolVersion"];
  };
  /** List the project's knowledge bases by name. */
  "GET /api/sdk/p/{project_id}/knowledge": {
    path: { project_id: string; };
    query: object;
    body: unknown;
    reply: { knowledge: (Schemas["Knowledge"])[]; };
  };
  /** Create a knowledge base. */
  "POST /api/sdk/p/{project_id}/knowledge": {
    path: { project_id: string; };
    query: object;
    body: Schemas["CreateKnowledge"];
    reply: { knowledge: Schemas["Knowledge"]; };
  };
  /** Delete a knowledge base with its documents. */
  "DELETE /api/sdk/p/{project_id}/knowledge/{name}": {
    path: { project_id: string; name: string; };
    query: object;
    body: unknown;
    reply: { message: "deleted"; name: string; };
  };
  /** Find the passages that fit a question best. */
  "POST /api/sdk/p/{project_id}/knowledge/{name}/search": {
    path: { project_id: string; name: string; };
    query: object;
    body: Schemas["SearchKnowledge"];
    reply: { hits: (Schemas["KnowledgeHit"])[]; ranked_by: ("words" | "meaning")[]; };
  };
  /** Get a document with its text. */
  "GET /api/sdk/p/{project_id}/knowledge/{name}/d/{document_id}": {
    path: { project_id: string; name: string; document_id: string; };
    query: object;
    body: unknown;
    reply: { document: { id: string; file_id?: string; source_url?: string; timestamp: number; tags: (string)[]; attributes: Schemas["Attributes"]; status: "waiting" | "indexed" | "failed" | "cancelled"; last_error?: { code: string; message: string; }; length: number; passage_count: number; created_at: number; updated_at: number; text: string; }; };
  };
  /** Put a document, in the place of the one of the same id if there is one. */
  "PUT /api/sdk/p/{project_id}/knowledge/{name}/d/{document_id}": {
    path: { project_id: string; name: string; document_id: string; };
    query: object;
    body: Schemas["PutDocument"];
    reply: { document: Schemas["KnowledgeDocument"]; };
  };
  /** Delete a document with its passages. */
  "DELETE /api/sdk/p/{project_id}/knowledge/{name}/d/{document_id}": {
    path: { project_id: string; name: string; document_id: string; };
    query: object;
    body: unknown;
    reply: { message: "deleted"; documentId: string; };
  };
  /** List documents, the newest first. */
  "GET /api/sdk/p/{project_id}/knowledge/{name}/d": {
    path: { project_id: string; name: string; };
    query: { limit?: number; order?: "asc" | "desc"; after?: string; before?: string; status?: "waiting" | "indexed" | "failed" | "cancelled"; batch_id?: string; };
    body: unknown;
    reply: { documents: (Schemas["KnowledgeDocument"])[]; };
  };
  /** Mint a session token. */
  "POST /api/sdk/tokens": {
    path: object;
    query: object;
    body: Schemas["MintToken"];
    reply: Schemas["MintedToken"];
  };
  /** Revoke all tokens of an end user or of the project. */
  "POST /api/sdk/tokens/revoke": {
    path: object;
    query: object;
    body: Schemas["RevokeTokens"];
    reply: { message: "revoked"; };
  };
  /** List this project's keys, the newest first, revoked ones included. */
  "GET /api/sdk/keys": {
    path: object;
    query: object;
    body: unknown;
    reply: { keys: (Schemas["Key"])[]; };
  };
  /** Create a key of this project; the key itself is shown this once. */
  "POST /api/sdk/keys": {
    path: object;
    query: object;
    body: Schemas["CreateKey"];
    reply: { key: Schemas["Key"]; secret: string; };
  };
  /** Replace a key by a new one of the same name, scopes and end. */
  "POST /api/sdk/keys/{key_id}/rotate": {
    path: { key_id: string; };
    query: object;
    body: Schemas["RotateKey"];
    reply: { key: Schemas["Key"]; secret: string; };
  };
  /** Revoke a key: dead everywhere within a minute. */
  "DELETE /api/sdk/keys/{key_id}": {
    path: { key_id: string; };
    query: object;
    body: unknown;
    reply: { message: "revoked"; keyId: string; };
  };
  /** Get the project that a key belongs to, and what the key may. */
  "GET /api/sdk/project": {
    path: object;
    query: object;
    body: unknown;
    reply: { project: Schemas["Project"]; scopes: ("read" | "write" | "run" | "admin")[]; };
  };
  /** List webhooks, the oldest first. */
  "GET /api/sdk/webhooks": {
    path: object;
    query: object;
    body: unknown;
    reply: { list: (Schemas["Webhook"])[]; };
  };
  /** Name an address that is told how runs end, and when they wait. */
  "POST /api/sdk/webhooks": {
    path: object;
    query: object;
    body: Schemas["CreateWebhook"];
    reply: Schemas["Webhook"];
  };
  /** List what was and is to be delivered, the newest first. */
  "GET /api/sdk/webhooks/deliveries": {
    path: object;
    query: { limit?: number; order?: "asc" | "desc"; after?: string; before?: string; webhook_id?: string; run_id?: string; status?: "pending" | "delivered" | "failed"; };
    body: unknown;
    reply: { list: (Schemas["WebhookDelivery"])[]; };
  };
  /** Deliver once more, under the same id. */
  "POST /api/sdk/webhooks/deliveries/{delivery_id}/replay": {
    path: { delivery_id: string; };
    query: object;
    body: unknown;
    reply: Schemas["WebhookDelivery"];
  };
  /** Disable a webhook, or enable it again. */
  "POST /api/sdk/webhooks/{webhook_id}": {
    path: { webhook_id: string; };
    query: object;
    body: Schemas["UpdateWebhook"];
    reply: Schemas["Webhook"];
  };
  /** Delete a webhook. */
  "DELETE /api/sdk/webhooks/{webhook_id}": {
    path: { webhook_id: string; };
    query: object;
    body: unknown;
    reply: { message: "deleted"; webhookId: string; };
  };
  /** What the project has and uses, what it may, and its runs by day. */
  "GET /api/sdk/usage": {
    path: object;
    query: { from?: string; to?: string; };
    body: unknown;
    reply: { usage: Schemas["Usage"]; days: (Schemas["UsageDay"])[]; };
  };
  /** Export the project: tools, threads, messages, files and ended runs, as NDJSON. */
  "GET /api/sdk/export": {
    path: object;
    query: { cursor?: string; limit?: number; };
    body: unknown;
    reply: unknown;
  };
  /** Say something in a chat, and hear the answer as it comes. */
  "POST /ui/v1/tools/{tool_id}/chat": {
    path: { tool_id: string; };
    query: { parts?: "5" | "6" | "7"; reasoning?: "0" | "1"; sources?: "0" | "1"; metadata?: "0" | "1"; actions?: "0" | "1"; wait?: number; };
    body: Schemas["ChatTurn"];
    reply: unknown;
  };
  /** Take up the stream of the run that is at work in a chat. */
  "GET /ui/v1/tools/{tool_id}/chat/{chat_id}/stream": {
    path: { tool_id: string; chat_id: string; };
    query: { parts?: "5" | "6" | "7"; reasoning?: "0" | "1"; sources?: "0" | "1"; metadata?: "0" | "1"; actions?: "0" | "1"; after?: number; wait?: number; seen?: string; };
    body: unknown;
    reply: unknown;
  };
  /** Stop the run that is at work in a chat; its text is kept. */
  "POST /ui/v1/tools/{tool_id}/chat/{chat_id}/stop": {
    path: { tool_id: string; chat_id: string; };
    query: object;
    body: { runId?: string | null; activeStreamId?: string | null; assistantMessage?: unknown; };
    reply: { success: true; runId: string | null; status: "queued" | "running" | "requires_action" | "cancelling" | "succeeded" | "failed" | "cancelled" | "expired" | null; };
  };
  /** Load a chat for `useChat`. */
  "GET /ui/v1/tools/{tool_id}/chat/{chat_id}/messages": {
    path: { tool_id: string; chat_id: string; };
    query: { parts?: "5" | "6" | "7"; reasoning?: "0" | "1"; sources?: "0" | "1"; metadata?: "0" | "1"; actions?: "0" | "1"; limit?: number; before?: string; };
    body: unknown;
    reply: { messages: (Schemas["UIMessageOfChat"])[]; activeStreamId: string | null; before: string | null; };
  };
}
