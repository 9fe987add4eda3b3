/**
 * Every provider by its id: one that is missing or misnamed does not compile. Their SDKs are imported
 * statically: esbuild initialises whatever an `import()` reaches when it is first needed, misses
 * some of those moments in zod, and the bundle fails as it starts.
 */
import { anthropic } from "./anthropic";
import { offline } from "./offline";
import { openai } from "./openai";
import { openaiCompatible } from "./openai-compatible";
import type { Provider, ProviderId } from "./provider";
import { workersAi } from "./workers-ai";

export const PROVIDERS: { [Id in ProviderId]: Provider<Id> } = {
  offline,
  openai,
  anthropic,
  "workers-ai": workersAi,
  "openai-compatible": openaiCompatible,
};
