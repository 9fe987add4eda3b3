import { type AssistantConfig, assistantActions } from "../../src/api/openai/assistants/definition";
import { makeTool } from "./tool";

/** An assistant as OpenAI's dialect makes it, whose model does as it is told. */
export async function makeAssistant(
  projectId: string,
  config: Partial<AssistantConfig> & { offline?: object } = {},
): Promise<string> {
  const actions = assistantActions({ provider_id: "offline", model_id: "offline", ...config });
  return `asst_${await makeTool(projectId, actions)}`;
}
