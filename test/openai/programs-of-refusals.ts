/** What is refused for how things stand: what is lost in a thread or a store, states, scopes, quotas, sizes. */
import { it } from "vitest";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { openProxy } from "../support/meddling-proxy.ts";
import type { Bench } from "./bench.ts";
import { type Sdk, del, inThread } from "./sdks.ts";

/** The operator's, of the server that the programs run against. */
export const ADMIN_KEY = "an-admin-key-for-programs";

const RUN = `run_${"0".repeat(64)}`;
const FILE = "file-00000000-0000-4000-8000-000000000000";
/** Longer than a body of JSON may be, and short enough to be sent before its answer has come. */
const LONG_CHARS = 1_100_000;
/** Runs that may wait on a thread. */
const QUEUE = 32;

/** What a program sees of it. */
interface Seen {
  kind: string | undefined;
  status: unknown;
  type: unknown;
  code: unknown;
  param: unknown;
  message: string;
  hasId: boolean;
}

const KINDS = [
  "BadRequestError",
  "AuthenticationError",
  "PermissionDeniedError",
  "NotFoundError",
  "ConflictError",
  "UnprocessableEntityError",
  "RateLimitError",
  "InternalServerError",
];

async function refusalOf({ OpenAI: Client }: Sdk, call: PromiseLike<unknown>): Promise<Seen> {
  const error: object = await call.then(
    () => ({}),
    (reason: unknown) => Object(reason),
  );
  const of = (name: string): unknown => Reflect.get(error, name);
  return {
    kind: KINDS.find((kind) => Reflect.get(Client, kind) === error.constructor),
    status: of("status"),
    type: of("type"),
    code: of("code"),
    param: of("param"),
    message: String(of("message")),
    // The fourth major calls it otherwise.
    hasId: /^[\w-]{8,}$/.test(String(of("requestID") ?? of("request_id"))),
  };
}

const refused = (
  kind: string | undefined,
  status: number,
  message: string,
  more: Partial<Seen> = {},
): Seen => ({
  kind,
  status,
  type: "invalid_request_error",
  code: null,
  param: null,
  message: `${status} ${message}`,
  hasId: true,
  ...more,
});

async function asOperator(
  bench: Bench,
  method: string,
  path: string,
  body: object,
): Promise<{ secret: string; project: { id: string } }> {
  const response = await fetch(`${bench.url}/admin${path}`, {
    method,
    headers: { Authorization: `Bearer ${ADMIN_KEY}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw new Error(await response.text());
  }
  return response.json();
}

export function programsOfRefusals(sdk: Sdk, open: () => Bench): void {
  const clientOf = (apiKey: string, more: object = {}) =>
    new sdk.OpenAI({ apiKey, baseURL: `${open().url}/openai/v1`, maxRetries: 0, ...more });

  it("is told what a thread, a run and a store have not", async ({ expect }) => {
    const bench = open();
    const { client } = bench;
    const threadId = await bench.ask("Hi");
    const store = await client.vectorStores.create({});
    const paths: readonly [string, string, string | null][] = [
      [`/threads/${threadId}/messages/msg_x`, "No message found with id 'msg_x'.", null],
      [`/threads/${threadId}/runs/${RUN}`, `No run found with id '${RUN}'.`, null],
      [`/threads/${threadId}/runs/${RUN}/steps`, `No run found with id '${RUN}'.`, null],
      [
        `/vector_stores/${store.id}/files/${FILE}`,
        `No file in vector store found with id '${FILE}'.`,
        null,
      ],
      [`/vector_stores/${store.id}/file_batches/vsfb_x`, "No batch found with id 'vsfb_x'.", null],
      [`/files/${FILE}/content`, `No such File object: ${FILE}`, "id"],
    ];
    for (const [path, message, param] of paths) {
      expect(await refusalOf(sdk, client.get(path))).toEqual(
        refused("NotFoundError", 404, message, { param }),
      );
    }
    const { runs } = client.beta.threads;
    const other = await bench.ask("Hi");
    const run = await runs.createAndPoll(threadId, { assistant_id: bench.assistantId });
    const elsewhere = inThread(sdk, runs.retrieve.bind(runs), [other, run.id], {});
    expect(await refusalOf(sdk, elsewhere)).toEqual(
      refused("NotFoundError", 404, `No run found with id '${run.id}'.`),
    );
    const step = client.get(`/threads/${threadId}/runs/${run.id}/steps/step_x`);
    expect(await refusalOf(sdk, step)).toEqual(
      refused("NotFoundError", 404, "No run step found with id 'step_x'."),
    );
    const model = del(client.models, "test-model");
    expect(await refusalOf(sdk, model)).toEqual({
      ...refused(undefined, 405, ""),
      message: expect.stringContaining("Not allowed to DELETE on this path: it takes GET"),
    });
  });

  it("is told what its key may not, and what its project has used up", async ({ expect }) => {
    const bench = open();
    const made = await asOperator(bench, "POST", "/projects", { name: `Small ${sdk.major}` });
    const path = `/projects/${made.project.id}`;
    const { secret: key } = await asOperator(bench, "POST", `${path}/keys`, {
      name: "all",
      scopes: ["read", "write", "run"],
    });
    const { secret: reader } = await asOperator(bench, "POST", `${path}/keys`, {
      name: "reads",
      scopes: ["read"],
    });
    const closed = clientOf(reader).beta.threads.create();
    expect(await refusalOf(sdk, closed)).toMatchObject({
      ...refused("PermissionDeniedError", 403, "", { code: "insufficient_permissions" }),
      message: expect.stringContaining('It needs "write"'),
    });
    await asOperator(bench, "PUT", `${path}/quotas`, { messages: 0 });
    const proxy = await openProxy(bench.url);
    try {
      // With its retries: a quota is not there again in seconds, and is asked for once.
      const client = new sdk.OpenAI({ apiKey: key, baseURL: `${proxy.url}/openai/v1` });
      const full = client.beta.threads.create({ messages: [{ role: "user", content: "x" }] });
      expect(await refusalOf(sdk, full)).toMatchObject({
        ...refused("RateLimitError", 429, "", {
          type: "insufficient_quota",
          code: "insufficient_quota",
        }),
        message: expect.stringContaining("You exceeded your current quota"),
      });
      expect(proxy.seen).toHaveLength(1);
    } finally {
      await proxy.close();
    }
  });

  it("is told of a full queue, a body that is too long, and a key used twice", async ({
    expect,
  }) => {
    const bench = open();
    const client = clientOf(DEMO.key);
    const threadId = await bench.ask("slow");
    const { runs } = client.beta.threads;
    const body = { assistant_id: bench.assistantId };
    let full = await refusalOf(sdk, runs.create(threadId, body));
    while (full.status === undefined) {
      full = await refusalOf(sdk, runs.create(threadId, body));
    }
    expect(full).toEqual(
      refused(
        "RateLimitError",
        429,
        `Rate limit reached: ${QUEUE} runs wait on this thread already.`,
        { type: "requests", code: "rate_limit_exceeded" },
      ),
    );
    await client.delete(`/threads/${threadId}`);
    const long = client.beta.threads.create({
      messages: [{ role: "user", content: "x".repeat(LONG_CHARS) }],
    });
    expect(await refusalOf(sdk, long)).toMatchObject({
      ...refused(undefined, 413, ""),
      message: expect.stringContaining("The JSON body is larger than"),
    });
    const keyed = clientOf(DEMO.key, {
      defaultHeaders: { "Idempotency-Key": `programs-${sdk.major}-${Date.now()}` },
    });
    const [one, twin] = await Promise.all([
      keyed.beta.threads.create({ metadata: { a: "b" } }, { maxRetries: 2 }),
      keyed.beta.threads.create({ metadata: { a: "b" } }, { maxRetries: 2 }),
    ]);
    expect(twin.id).toBe(one.id);
    const strange = keyed.beta.threads.create({ metadata: { a: "c" } });
    expect(await refusalOf(sdk, strange)).toEqual(
      refused(
        "UnprocessableEntityError",
        422,
        "This Idempotency-Key was used with another request. Use a new one.",
        { type: "idempotency_error" },
      ),
    );
  });
}
