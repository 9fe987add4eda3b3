/** What each refusal looks like to a program: class, status, type, code, param and message, by all majors. */
import { it } from "vitest";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { openProxy } from "../support/meddling-proxy.ts";
import { type Bench, outputsFor } from "./bench.ts";
import type { OpenAI, Sdk } from "./sdks.ts";

const NEVER = "thread_abcdefghijklmnopqrstuvwx";

interface Refusal {
  name: string;
  /** Of the SDK's errors. */
  kind: string;
  status: number;
  type?: string;
  code: string | null;
  param: string | null;
  message: RegExp;
  call: (client: OpenAI) => Promise<unknown>;
}

const bad = (
  name: string,
  { code, param }: Pick<Refusal, "code" | "param">,
  message: RegExp,
  call: Refusal["call"],
): Refusal => ({ name, kind: "BadRequestError", status: 400, code, param, message, call });

const lost = (name: string, message: RegExp, call: Refusal["call"], param = null): Refusal => ({
  name,
  kind: "NotFoundError",
  status: 404,
  code: null,
  param,
  message,
  call,
});

const pairs = Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, "v"]));

/** Whose body the SDK's types would not let through. */
const post = (path: string, body: object) => (client: OpenAI) => client.post(path, { body });

const REFUSALS: readonly Refusal[] = [
  lost("a thread", /^404 No thread found with id 'thread_abc.*'\.$/, ({ beta }) =>
    beta.threads.retrieve(NEVER),
  ),
  lost("an assistant", /^404 No assistant found with id 'asst_0{20}'\.$/, ({ beta }) =>
    beta.assistants.retrieve(`asst_${"0".repeat(20)}`),
  ),
  lost("a vector store", /^404 No vector store found with id 'vs_never'\.$/, (client) =>
    client.vectorStores.retrieve("vs_never"),
  ),
  {
    ...lost("a file", /^404 No such File object: file-/, ({ files }) =>
      files.retrieve("file-00000000-0000-4000-8000-000000000000"),
    ),
    param: "id",
  },
  bad(
    "an id that is none",
    { code: "invalid_value", param: "thread_id" },
    /^400 Invalid 'thread_id': 'undefined'\. Expected an ID that begins with 'thread'\.$/,
    ({ beta }) => beta.threads.retrieve("undefined"),
  ),
  bad(
    "nothing where something must be",
    { code: "missing_required_parameter", param: "assistant_id" },
    /^400 Missing required parameter: 'assistant_id'\.$/,
    post("/threads/runs", {}),
  ),
  bad(
    "what is not known",
    { code: "unknown_parameter", param: "file_ids" },
    /^400 Unknown parameter: 'file_ids'\.$/,
    post("/assistants", { model: "offline", file_ids: [] }),
  ),
  bad(
    "another type",
    { code: "invalid_type", param: "instructions" },
    /^400 Invalid type for 'instructions': expected/,
    post("/assistants", { model: "offline", instructions: 7 }),
  ),
  bad(
    "another value",
    { code: "invalid_value", param: "messages[0].role" },
    /^400 Invalid value: 'system'\. Supported values are: 'user' and 'assistant'\.$/,
    post("/threads", { messages: [{ role: "system", content: "x" }] }),
  ),
  bad(
    "17 pairs of metadata",
    { code: "object_above_max_properties", param: "metadata" },
    /^400 Invalid 'metadata': too many properties\. .* 17 properties instead\.$/,
    ({ beta }) => beta.threads.create({ metadata: pairs }),
  ),
  bad(
    "a long value of metadata",
    { code: "string_above_max_length", param: "metadata.k" },
    /maximum length 512, but got a string with length 695 instead\.$/,
    ({ beta }) => beta.threads.create({ metadata: { k: "v".repeat(695) } }),
  ),
  bad(
    "no purpose",
    { code: "missing_required_parameter", param: "purpose" },
    /^400 Missing required parameter: 'purpose'\.$/,
    (client) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a program without types
      client.files.create({ file: new File(["x"], "x.txt") } as never),
  ),
  {
    ...lost("another API", /Invalid URL \(POST \/openai\/v1\/chat\/completions\)/, (client) =>
      client.chat.completions.create({ model: "m", messages: [{ role: "user", content: "x" }] }),
    ),
  },
];

export function programsOfErrors(sdk: Sdk, open: () => Bench): void {
  it.for(REFUSALS)("is told of $name", async (refusal, { expect }) => {
    const { kind, status, type = "invalid_request_error", code, param, message, call } = refusal;
    const error: unknown = await call(open().client).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Reflect.get(sdk.OpenAI, kind));
    expect(error).toMatchObject({ status, type, code, param });
    expect(Reflect.get(error ?? {}, "message")).toMatch(message);
    // The fourth major calls it otherwise.
    const id: unknown =
      Reflect.get(error ?? {}, "requestID") ?? Reflect.get(error ?? {}, "request_id");
    expect(id).toMatch(/^[\w-]{8,}$/);
  });

  it("is told of keys that are none, by their class", async ({ expect }) => {
    const strange = new sdk.OpenAI({ apiKey: "sk-none", baseURL: `${open().url}/openai/v1` });
    const refused = strange.beta.threads.create();
    await expect(refused).rejects.toBeInstanceOf(sdk.OpenAI.AuthenticationError);
    await expect(refused).rejects.toMatchObject({ status: 401, code: "invalid_api_key" });
    const first = new sdk.OpenAI({
      apiKey: DEMO.key,
      baseURL: `${open().url}/openai/v1`,
      defaultHeaders: { "OpenAI-Beta": "assistants=v1" },
    });
    await expect(first.get("/threads")).rejects.toMatchObject({
      status: 400,
      code: "invalid_beta",
    });
  });

  it("is told of outputs for other calls, and for calls that are answered", async ({ expect }) => {
    const bench = open();
    const { runs } = bench.client.beta.threads;
    const threadId = await bench.ask("What is the weather?");
    const run = await runs.createAndPoll(threadId, { assistant_id: bench.assistantId });
    const hand = (outputs: ReturnType<typeof outputsFor>) =>
      bench.submit(threadId, run.id, outputs);
    const outputs = outputsFor(run);
    const ids = outputs.map(({ tool_call_id: id }) => `'${id}'`).join(", ");
    await expect(hand([{ tool_call_id: "call_x", output: "" }])).rejects.toThrow(
      `400 Expected tool outputs for call_ids [${ids}], got ['call_x']`,
    );
    const first = outputs.slice(0, 1);
    expect((await hand(first)).id).toBe(run.id);
    expect((await hand(first)).id).toBe(run.id);
    await expect(hand(first.map((one) => ({ ...one, output: "other" })))).rejects.toMatchObject({
      status: 400,
    });
    const left = await bench.retrieve(threadId, run.id);
    expect([left.status, outputsFor(left).length]).toEqual(["requires_action", 1]);
    await bench.cancel(threadId, run.id);
  });

  it("tries again what is busy or broken, and waits as it is told", async ({ expect }) => {
    const bench = open();
    const proxy = await openProxy(bench.url);
    try {
      const client = new sdk.OpenAI({ apiKey: DEMO.key, baseURL: `${proxy.url}/openai/v1` });
      for (const answer of [408, 409, 429, 500, 503]) {
        const before = proxy.seen.length;
        proxy.decide = () =>
          proxy.seen.length - before <= 2
            ? { answer, headers: { "Content-Type": "application/json", "retry-after-ms": "5" } }
            : null;
        expect((await client.beta.threads.create()).object).toBe("thread");
        expect(proxy.seen.length - before).toBe(3);
      }
    } finally {
      await proxy.close();
    }
  });
}
