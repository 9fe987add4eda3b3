/** The conversation that a chat action begins with. */
import { ActionFailure } from "../../domain/action-failure";
import type { ActionContext } from "../actions/action";
import type { ModelMessage } from "../models/provider";
import type { ChatConfig } from "./chat-config";
import type { ChatMessage } from "./chat-message";
import { inlineImages } from "./inline-images";
import { readConversation } from "./read-conversation";
import { type ThreadMessage, messagesOf, presentMessage } from "./thread-messages";

interface Opening {
  instruction: string;
  messages: ChatMessage[];
}

type ChatContext = ActionContext<Opening, ChatConfig>;

export async function openConversation(context: ChatContext): Promise<ModelMessage[]> {
  const { spec, config, ports } = context;
  const messages = [...(await readHistory(context)), ...spec.messages];
  const conversation = readConversation(await inlineImages(messages, ports.files));
  const instruction = [config.instruction ?? spec.instruction, config.add_instruction ?? ""]
    .filter((text) => text.trim() !== "")
    .join("\n\n");
  if (instruction !== "") {
    conversation.unshift({ role: "system", content: instruction });
  }
  return conversation;
}

/** Read once: what comes to the thread while the run waits for its client is the next run's. */
async function readHistory(context: ChatContext): Promise<ThreadMessage[]> {
  const { config, threadId, input, ports } = context;
  if (config.history === null) {
    return [];
  }
  const limit = Math.min(config.history.limit, config.history.last ?? config.history.limit);
  if (threadId === null) {
    return messagesOf(input).slice(-limit);
  }
  return context.step("history", async () => {
    const [thread, messages] = await Promise.all([
      ports.threads.read(threadId),
      ports.threads.messages(threadId, { limit }),
    ]);
    if (thread === null) {
      throw new ActionFailure("thread_not_found", `There is no thread ${threadId} any more.`);
    }
    return messages.map(presentMessage);
  });
}
