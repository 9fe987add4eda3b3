/** The SDKs whose programs run here as they are, with what their majors call differently. */
import OpenAI4, { AzureOpenAI as Azure4 } from "openai-4";
import { AssistantStream as Stream4 } from "openai-4/lib/AssistantStream";
import { CursorPage as Page4 } from "openai-4/pagination";
import OpenAI5, { AzureOpenAI as Azure5 } from "openai-5";
import { AssistantStream as Stream5 } from "openai-5/lib/AssistantStream";
import { CursorPage as Page5 } from "openai-5/pagination";
import OpenAI, { AzureOpenAI } from "openai-6";
import { AssistantStream } from "openai-6/lib/AssistantStream";
import { CursorPage } from "openai-6/pagination";
import OpenAI7, { AzureOpenAI as Azure7 } from "openai-7";
import { AssistantStream as Stream7 } from "openai-7/lib/AssistantStream";
import { CursorPage as Page7 } from "openai-7/pagination";

/** Of the sixth major, whose types stand here for all: what differs at run time goes by `in`. */
export type { CursorPage, OpenAI };
export type Run = OpenAI.Beta.Threads.Run;
export type Message = OpenAI.Beta.Threads.Message;

export interface Sdk {
  major: number;
  OpenAI: typeof OpenAI;
  AzureOpenAI: typeof AzureOpenAI;
  AssistantStream: typeof AssistantStream;
  CursorPage: typeof CursorPage;
}

type Modules = Readonly<Record<keyof Omit<Sdk, "major">, unknown>>;

/** The modules of one major as if they were the sixth's. */
function sdk(major: number, modules: Modules): Sdk {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what they share is what programs use
  return { major, ...(modules as Omit<Sdk, "major">) };
}

export const SDKS: readonly Sdk[] = [
  sdk(4, { OpenAI: OpenAI4, AzureOpenAI: Azure4, AssistantStream: Stream4, CursorPage: Page4 }),
  sdk(5, { OpenAI: OpenAI5, AzureOpenAI: Azure5, AssistantStream: Stream5, CursorPage: Page5 }),
  sdk(6, { OpenAI, AzureOpenAI, AssistantStream, CursorPage }),
  sdk(7, { OpenAI: OpenAI7, AzureOpenAI: Azure7, AssistantStream: Stream7, CursorPage: Page7 }),
];

type Method<Params extends object, Answer> = (id: string, params: Params) => Answer;

/**
 * A call of what lies in a thread: `retrieve(threadId, id, …)` in the fourth major, and later
 * `retrieve(id, {thread_id, …})`.
 */
export function inThread<Params extends object, Answer>(
  from: Pick<Sdk, "major">,
  method: Method<Params & { thread_id: string }, Answer>,
  [threadId, id]: readonly [string, string],
  params: Params,
): Answer {
  return within(from, method, { thread_id: threadId }, id, params);
}

/** The same of what lies in a vector store. */
export function inStore<Params extends object, Answer>(
  from: Pick<Sdk, "major">,
  method: Method<Params & { vector_store_id: string }, Answer>,
  [storeId, id]: readonly [string, string],
  params: Params,
): Answer {
  return within(from, method, { vector_store_id: storeId }, id, params);
}

function within<Parent extends Record<string, string>, Params extends object, Answer>(
  { major }: Pick<Sdk, "major">,
  method: Method<Params & Parent, Answer>,
  parent: Parent,
  id: string,
  params: Params,
): Answer {
  const more = Object.keys(params).length === 0 ? [] : [params];
  const given: unknown[] =
    major === 4 ? [...Object.values(parent), id, ...more] : [id, { ...parent, ...params }];
  const answer: Answer = Reflect.apply(method, undefined, given);
  return answer;
}

/** `del`, as the fourth major has it, or `delete`. */
export async function del(
  resource: object,
  ...ids: unknown[]
): Promise<{ deleted: boolean; object: string }> {
  const method: unknown = Reflect.get(resource, "del") ?? Reflect.get(resource, "delete");
  if (typeof method !== "function") {
    throw new Error("This resource deletes nothing.");
  }
  return Reflect.apply(method, resource, ids);
}
