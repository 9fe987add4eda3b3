/** Every provider by its id: one that is missing or misnamed does not compile. */
import { anthropic } from "./anthropic";
import { offline } from "./offline";
import { openai } from "./openai";
import { openaiCompatible } from "./openai-compatible";
import type { Provider, ProviderId } from "./provider";
import { workersAi } from "./workers-ai";

/** Every provider by its id; one that is missing does not compile. */
export const PROVIDERS: { [Id in ProviderId]: Provider<Id> } = {
  offline,
  openai,
  anthropic,
  "workers-ai": workersAi,
  "openai-compatible": openaiCompatible,
};
