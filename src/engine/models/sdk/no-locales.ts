/**
 * What the bundle holds in the place of zod's messages in all languages, by the `[alias]` of
 * wrangler.toml: the AI SDK imports all of zod, and its 269 KiB of them are asked for by nobody.
 */
export const none = true;
