import { DEMO } from "../../scripts/local/demo-project.ts";
import type { MethodTable } from "./method-table.ts";
import { type Message, type OpenAI, type Run, type Sdk, inThread } from "./sdks.ts";

export const GET_WEATHER = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather in a city.",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
} as const;

/** What the programs of one major share: a client, an assistant, and what they do again and again. */
export class Bench {
  readonly sdk: Sdk;
  readonly client: OpenAI;
  /** Of the Worker. */
  readonly url: string;
  assistantId = "";

  constructor(sdk: Sdk, url: string, methods?: MethodTable) {
    this.sdk = sdk;
    this.url = url;
    this.client = new sdk.OpenAI({ apiKey: DEMO.key, baseURL: `${url}/openai/v1` });
    methods?.watch(sdk.major, this.client);
  }

  async open(): Promise<void> {
    const assistant = await this.client.beta.assistants.create({
      name: "Weather",
      instructions: "You answer {{ nothing }} but questions.",
      model: "test-model",
      tools: [GET_WEATHER],
    });
    this.assistantId = assistant.id;
  }

  /** A thread with this question. */
  async ask(content: string): Promise<string> {
    const thread = await this.client.beta.threads.create({ messages: [{ role: "user", content }] });
    return thread.id;
  }

  /** The thread's messages, the oldest first. */
  async listed(threadId: string, query: object = {}): Promise<Message[]> {
    const page = await this.client.beta.threads.messages.list(threadId, { order: "asc", ...query });
    return page.data;
  }

  retrieve(threadId: string, runId: string): Promise<Run> {
    const { runs } = this.client.beta.threads;
    return inThread(this.sdk, runs.retrieve.bind(runs), [threadId, runId], {});
  }

  /** Hands outputs in, and does not wait for what becomes of the run. */
  submit(
    threadId: string,
    runId: string,
    outputs: ReturnType<typeof outputsFor>,
    { beta: { threads } } = this.client,
  ): Promise<Run> {
    const submit = threads.runs.submitToolOutputs.bind(threads.runs);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without `stream` it is a run
    return inThread(this.sdk, submit as never, [threadId, runId], { tool_outputs: outputs });
  }

  cancel(threadId: string, runId: string): Promise<Run> {
    const { runs } = this.client.beta.threads;
    return inThread(this.sdk, runs.cancel.bind(runs), [threadId, runId], {});
  }
}

/** Of its first part: what it says, or by which words it refuses. */
export function textOf(message: Message | undefined): string {
  const [part] = message?.content ?? [];
  if (part?.type === "refusal") {
    return part.refusal;
  }
  return part?.type === "text" ? part.text.value : "";
}

export function outputsFor(run: Run) {
  const calls = run.required_action?.submit_tool_outputs.tool_calls ?? [];
  return calls.map(({ id, function: { arguments: given } }) => ({
    tool_call_id: id,
    output: `12 in ${String(JSON.parse(given).city)}`,
  }));
}
