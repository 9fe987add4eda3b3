/** The majors of `ai` whose chats run here as they are: the seventh's types stand for all. */
import { Chat as Chat7 } from "@ai-sdk/react";
import {
  DefaultChatTransport as Transport7,
  lastAssistantMessageIsCompleteWithToolCalls,
} from "ai";
import {
  DefaultChatTransport as Transport5,
  lastAssistantMessageIsCompleteWithToolCalls as isAnswered5,
} from "ai-5";
import {
  DefaultChatTransport as Transport6,
  lastAssistantMessageIsCompleteWithToolCalls as isAnswered6,
} from "ai-6";
import { Chat as Chat5 } from "ai-sdk-react-5";
import { Chat as Chat6 } from "ai-sdk-react-6";

export interface Sdk {
  major: 5 | 6 | 7;
  Chat: typeof Chat7;
  DefaultChatTransport: typeof Transport7;
  isAnswered: typeof lastAssistantMessageIsCompleteWithToolCalls;
}

type Modules = Readonly<Record<keyof Omit<Sdk, "major">, unknown>>;

/** The modules of one major as if they were the seventh's. */
function sdk(major: Sdk["major"], modules: Modules): Sdk {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what they share is what programs use
  return { major, ...(modules as Omit<Sdk, "major">) };
}

export const SDKS: readonly Sdk[] = [
  sdk(5, { Chat: Chat5, DefaultChatTransport: Transport5, isAnswered: isAnswered5 }),
  sdk(6, { Chat: Chat6, DefaultChatTransport: Transport6, isAnswered: isAnswered6 }),
  sdk(7, {
    Chat: Chat7,
    DefaultChatTransport: Transport7,
    isAnswered: lastAssistantMessageIsCompleteWithToolCalls,
  }),
];
