import * as z from "zod";

import { ActionFailure } from "../../domain/action-failure";
import { listOf } from "../../domain/list-of";
import { asSentence, cutText } from "../../domain/text";
import { MODEL } from "../../limits";
import { answerCalls } from "../chat/answer-calls";
import { askModel, type AskedReply } from "../chat/ask-model";
import { ChatMessage } from "../chat/chat-message";
import {
  answererOf,
  CallableTool,
  DeclaredFunction,
  gatherCallables,
  validateCalls,
  type Callable,
  type JudgedCall,
} from "../chat/functions";
import { ModelConfig } from "../chat/model-config";
import { readConversation } from "../chat/read-conversation";
import { UsageTotal } from "../chat/usage-total";
import type { FunctionChoice, FunctionDeclaration, ModelMessage } from "../models/provider";
import { defineAction, type ActionContext, type ActionResult } from "./action";

const ChatSpec = z.strictObject({
  instruction: z.string().default("").describe("What the model is to be and to do."),
  messages: listOf(ChatMessage, MODEL.maxMessages)
    .default([])
    .describe("The conversation so far, oldest first."),
  functions: z
    .array(DeclaredFunction)
    .max(MODEL.maxFunctions)
    .default([])
    .describe("What the model may answer with a call of."),
  tools: z
    .array(CallableTool)
    .max(MODEL.maxFunctions)
    .default([])
    .describe("Tools of the project that the model may call; they are run, and it goes on."),
});

type ChatContext = ActionContext<z.output<typeof ChatSpec>, ModelConfig>;

export const chatAction = defineAction({
  type: "chat",
  summary: "A model's answer to a conversation, with calls of functions and tools on the way.",
  spec: ChatSpec,
  config: ModelConfig,
  streams: true,
  /** What tools and clients answer is not decided by the request. */
  async cacheRequest({ spec, config }) {
    const isClosed = spec.tools.length === 0 && spec.functions.every(({ client }) => !client);
    return isClosed ? { spec, config } : null;
  },
  async execute(context) {
    const total = new UsageTotal();
    return total.counted(() => converse(context, total));
  },
});

async function converse(context: ChatContext, total: UsageTotal): Promise<ActionResult> {
  const { config } = context;
  const conversation = openConversation(context);
  const callables = await gatherCallables(context);
  const singleCall =
    callables.length > 0 && callables.every(({ answerer }) => answerer.by === "tool-maker");
  const texts: string[] = [];
  let judged: JudgedCall[] = [];
  for (let step = 1; step <= config.max_steps; step += 1) {
    const reply = await askModel(context, `reply-${step}`, {
      n: step,
      messages: conversation,
      functions: callables.map(declarationOf),
      functionChoice: choiceOf(config, callables, step),
      singleCall,
      separator: texts.length === 0 ? "" : SEPARATOR,
      answererOf: (name) => answererOf(callables, name),
    });
    total.add(reply);
    texts.push(...(reply.text === "" ? [] : [reply.text]));
    judged = validateCalls(reply.calls, callables);
    const handOver = judged.find(isForToolMaker);
    if (judged.length === 0 || handOver !== undefined) {
      total.add({ warnings: notHandedOver(judged, handOver) });
      return { value: { message: messageOf(texts, handOver?.call) }, meta: total.meta };
    }
    conversation.push(asMessage(reply), ...(await answerCalls(context, judged, total)));
  }
  throw stillCalling(judged, config.max_steps);
}

/** Between the texts of several replies, in what is told and in the message alike. */
const SEPARATOR = "\n\n";

function openConversation({ spec: { instruction, messages } }: ChatContext): ModelMessage[] {
  const conversation = readConversation(messages);
  if (instruction.trim() !== "") {
    conversation.unshift({ role: "system", content: instruction });
  }
  return conversation;
}

/** A forced call is forced once: forced for ever it would never end. */
function choiceOf(
  { function_call: choice }: ModelConfig,
  callables: readonly Callable[],
  step: number,
): FunctionChoice {
  if (choice === null || typeof choice === "string") {
    return choice ?? "auto";
  }
  if (!callables.some(({ name }) => name === choice.name)) {
    throw new ActionFailure(
      "unknown_function",
      `function_call forces ${choice.name}, which is not declared.`,
    );
  }
  return step === 1 ? choice : "auto";
}

function declarationOf({ name, description, parameters }: Callable): FunctionDeclaration {
  return { name, description, parameters };
}

function isForToolMaker(judged: JudgedCall): boolean {
  return judged.ok && judged.callable.answerer.by === "tool-maker";
}

/** The message holds one call; a model that was asked for one alone may make several all the same. */
function notHandedOver(judged: readonly JudgedCall[], handOver?: JudgedCall): string[] {
  return judged
    .filter((one) => one !== handOver)
    .map(({ call }) =>
      asSentence(
        `Of the reply's ${judged.length} calls one is handed out; left out is ${call.name}(${cutText(call.arguments, QUOTED_CHARS)})`,
      ),
    );
}

/** Of the arguments of a call that is left out. */
const QUOTED_CHARS = 200;

function messageOf(texts: readonly string[], call?: JudgedCall["call"]): Record<string, unknown> {
  const content = texts.join(SEPARATOR);
  return call === undefined
    ? { role: "assistant", content }
    : {
        role: "assistant",
        content: content === "" ? null : content,
        function_call: { name: call.name, arguments: call.arguments },
      };
}

function asMessage({ text, calls, continuation }: AskedReply): ModelMessage {
  return { role: "assistant", content: text, calls, continuation };
}

function stillCalling(last: readonly JudgedCall[], maxSteps: number): ActionFailure {
  const replies = maxSteps === 1 ? "its only reply" : `${maxSteps} replies`;
  const nonsense = last.find((judged) => !judged.ok);
  return nonsense === undefined
    ? new ActionFailure(
        "max_steps_exceeded",
        `After ${replies} the model still calls functions: ${last.map(({ call }) => call.name).join(", ")}.`,
      )
    : new ActionFailure(
        "bad_function_call",
        asSentence(
          `After ${replies} the model's call of ${nonsense.call.name} is still no good: ${nonsense.problem}`,
        ),
      );
}
