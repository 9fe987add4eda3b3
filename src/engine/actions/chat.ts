import * as z from "zod";

import { ActionFailure } from "../../domain/action-failure";
import { listOf } from "../../domain/list-of";
import { type IncompleteReason, partsOfReply } from "../../domain/message";
import { REPLY_SEPARATOR } from "../../domain/runs/run-steps";
import type { IncompleteRun } from "../../domain/runs/run-values";
import { asSentence, cutText } from "../../domain/text";
import { MODEL } from "../../limits";
import { answerCalls } from "../chat/answer-calls";
import { askModel, type AskedReply, type Question } from "../chat/ask-model";
import { ChatConfig } from "../chat/chat-config";
import { ChatMessage } from "../chat/chat-message";
import { FileSearch } from "../chat/file-search";
import {
  answererOf,
  CallableTool,
  DeclaredFunction,
  gatherCallables,
  isSearch,
  validateCalls,
  type Callable,
  type ValidatedCall,
} from "../chat/functions";
import { openConversation } from "../chat/open-conversation";
import { ReplyBudget } from "../chat/reply-budget";
import { UsageTotal } from "../chat/usage-total";
import type {
  FinishReason,
  FunctionChoice,
  FunctionDeclaration,
  ModelMessage,
} from "../models/provider";
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

type ChatContext = ActionContext<z.output<typeof ChatSpec>, ChatConfig>;

export const chatAction = defineAction({
  type: "chat",
  summary: "A model's answer to a conversation, with calls of functions and tools on the way.",
  spec: ChatSpec,
  config: ChatConfig,
  streams: true,
  /** What tools and clients answer is not decided by the request. */
  async cacheRequest({ spec, config }) {
    const functions = [...(config.functions ?? spec.functions), ...config.add_functions];
    const isClosed =
      spec.tools.length === 0 &&
      config.history === null &&
      config.knowledge === null &&
      config.search !== true &&
      config.code !== "offered" &&
      functions.every(({ client }) => !client);
    return isClosed ? { spec, config } : null;
  },
  async execute(context) {
    const total = new UsageTotal();
    return total.counted(() => converse(context, total));
  },
});

async function converse(context: ChatContext, total: UsageTotal): Promise<ActionResult> {
  const { spec, config } = context;
  const conversation = await openConversation(context);
  const callables = await gatherCallables(context, {
    functions: [...(config.functions ?? spec.functions), ...config.add_functions],
    tools: spec.tools,
    searches: config.search ?? config.knowledge !== null,
    runsCode: config.code === "offered",
  });
  const functions = callables.map(declarationOf);
  const budget = new ReplyBudget(config);
  const search = new FileSearch(context);
  const texts: string[] = [];
  let validated: ValidatedCall[] = [];
  for (let step = 1; step <= config.max_steps; step += 1) {
    const portion = budget.next(conversation, functions);
    if (typeof portion === "string") {
      return { value: { message: messageOf(texts) }, meta: { ...total.meta, incomplete: portion } };
    }
    const reply = await askModel(context, `reply-${step}`, {
      ...portion,
      n: step,
      functions,
      functionChoice: choiceOf(config, callables, step),
      singleCall: isSingle(config, callables),
      firstCallOnly: !config.parallel_calls,
      answererOf: (name) => answererOf(callables, name),
      isSearch: (name) => isSearch(callables, name),
      ...(config.per_reply_messages
        ? { message: await messageFor(context, step, search) }
        : { separator: texts.length === 0 ? "" : REPLY_SEPARATOR }),
    });
    total.add(reply);
    budget.add(reply.usage);
    texts.push(...(reply.text === "" ? [] : [reply.text]));
    validated = validateCalls(reply.calls, callables);
    const handOver = validated.find(isForToolMaker);
    if (validated.length === 0 || handOver !== undefined) {
      total.add({ warnings: notHandedOver(validated, handOver) });
      const incomplete = incompleteBy(reply);
      const meta = incomplete === null ? total.meta : { ...total.meta, incomplete };
      return { value: { message: messageOf(texts, handOver?.call, reply.refusal) }, meta };
    }
    conversation.push(asMessage(reply), ...(await answerCalls(context, validated, total, search)));
  }
  throw stillCalling(validated, config.max_steps);
}

function isSingle(
  { parallel_calls: isParallel }: ChatConfig,
  callables: readonly Callable[],
): boolean {
  const isHandedOver = callables.every(({ answerer }) => answerer.by === "tool-maker");
  return callables.length > 0 && (!isParallel || isHandedOver);
}

/** The message that the action's `n`-th reply is; undefined where there is no thread for it. */
async function messageFor(
  { replies, ports, step }: ChatContext,
  n: number,
  search: FileSearch,
): Promise<Question["message"]> {
  if (replies === null) {
    return undefined;
  }
  const save = (reply: AskedReply): Promise<null> =>
    step(`message-${n}`, async () => {
      const { messageId, text, refusal, startedAtMs } = reply;
      const citations = search.citationsIn(text);
      if (messageId !== null) {
        await replies.save({
          messageId,
          content: text,
          refusal,
          citations: citations.length === 0 ? null : citations,
          incompleteReason: INCOMPLETE_REPLIES[reply.finishReason] ?? null,
          startedAtMs,
          endedAtMs: ports.now(),
        });
      }
      return null;
    });
  return {
    id: await replies.idOf(n),
    save: async (reply) => {
      await save(reply);
    },
  };
}

const INCOMPLETE_REPLIES: Partial<Record<FinishReason, IncompleteReason>> = {
  length: "max_tokens",
  content_filter: "content_filter",
};

function incompleteBy({ finishReason }: AskedReply): IncompleteRun | null {
  if (finishReason === "length") {
    return "max_completion_tokens";
  }
  return finishReason === "content_filter" ? "content_filter" : null;
}

/** A forced call is forced once: forced for ever it would never end. */
function choiceOf(
  { function_call: choice }: ChatConfig,
  callables: readonly Callable[],
  step: number,
): FunctionChoice {
  if (choice === "required") {
    return step === 1 && callables.length > 0 ? choice : "auto";
  }
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

function declarationOf({ name, description, strict, parameters }: Callable): FunctionDeclaration {
  return { name, description, parameters, ...(strict !== undefined && { strict }) };
}

function isForToolMaker(validated: ValidatedCall): boolean {
  return validated.ok && validated.callable.answerer.by === "tool-maker";
}

/** The message holds one call; a model that was asked for one alone may make several all the same. */
function notHandedOver(validated: readonly ValidatedCall[], handOver?: ValidatedCall): string[] {
  return validated
    .filter((one) => one !== handOver)
    .map(({ call }) =>
      asSentence(
        `Of the reply's ${validated.length} calls one is handed out; left out is ${call.name}(${cutText(call.arguments, QUOTED_CHARS)})`,
      ),
    );
}

/** Of the arguments of a call that is left out. */
const QUOTED_CHARS = 200;

function messageOf(
  texts: readonly string[],
  call?: ValidatedCall["call"],
  refusal?: true,
): Record<string, unknown> {
  const content = texts.join(REPLY_SEPARATOR);
  // Beside the words of other replies a refusal is text like those.
  const parts = texts.length === 1 ? partsOfReply(content, refusal) : null;
  return call === undefined
    ? { role: "assistant", content, ...(parts === null ? {} : { parts }) }
    : {
        role: "assistant",
        content: content === "" ? null : content,
        function_call: { name: call.name, arguments: call.arguments },
      };
}

function asMessage({ text, calls, continuation }: AskedReply): ModelMessage {
  return { role: "assistant", content: text, calls, continuation };
}

function stillCalling(last: readonly ValidatedCall[], maxSteps: number): ActionFailure {
  const replies = maxSteps === 1 ? "its only reply" : `${maxSteps} replies`;
  const nonsense = last.find((validated) => !validated.ok);
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
