/**
 * Every number of Bobbin, with its unit and its reason, a file a subject. The extensions let scripts
 * read it by Node itself.
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
