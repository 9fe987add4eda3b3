/**
 * The numbers of Bobbin, with their units and reasons, a file a subject. One that a single file uses
 * may stand there, beside its use. The extensions let scripts read these by Node itself.
 */
export * from "./access.ts";
export * from "./bulk.ts";
export * from "./chats.ts";
export * from "./documents.ts";
export * from "./engine.ts";
export * from "./knowledge.ts";
export * from "./models.ts";
export * from "./requests.ts";
export * from "./runs.ts";
export * from "./threads.ts";
export * from "./webhooks.ts";
