import { type Context, Hono } from "hono";

import { readRun, submitOutputs } from "../../../core/runs";
import type { Failure } from "../../../domain/failure";
import { type Run, isFinal } from "../../../domain/run";
import type { SubmittedOutput } from "../../../runs/object/protocol";
import type { AppEnv } from "../../shared/app-env";
import { coreContext } from "../../shared/core-context";
import { readIdempotency } from "../../shared/idempotency/idempotent-request";
import { reply, replyText } from "../../shared/operation";
import { fail, unwrap } from "../../shared/reply/fail";
import { call } from "../call";
import { BehindWait } from "./gates";
import { openStream } from "./open-stream";
import { runOf, sayWhenToPoll, speakersOf } from "./run-access";
import { IncludeQuery, SubmitBody } from "./run-bodies";
import { RunWire, presentRun, wireStatus } from "./run-wire";
import { EVENT_STREAM } from "./stream-document";
import { streamItems } from "./stream-reply";

export const submitToolOutputs = new Hono<AppEnv>().post(
  "/threads/:thread_id/runs/:run_id/submit_tool_outputs",
  call({
    id: "openaiSubmitToolOutputs",
    tag: "Assistants runs",
    summary: "Hand in outputs of the function calls that a run waits for",
    description:
      "All at once or one by one; with the last one the run goes on. The same output once more is no error.",
    access: "run",
    verb: "runs:submit",
    retry: "own",
    query: IncludeQuery,
    body: SubmitBody,
    reply: RunWire,
    failures: ["run_state", "conflict"],
    ...EVENT_STREAM,
  }),
  async (c) => {
    const body = c.req.valid("json");
    const outputs = body.tool_outputs.map(({ tool_call_id: callId, output }) => ({
      callId,
      output,
    }));
    const idempotent = await readIdempotency(c, body);
    const view = await runOf(c);
    await idempotent?.reserve(view.run.id);
    const submit = () => handIn(c, view.run.id, outputs);
    if (body.stream !== true) {
      const run = await submit();
      sayWhenToPoll(c, run.createdAtMs);
      return reply(c, presentRun(run));
    }
    const core = coreContext(c);
    const standing = async () => unwrap(await readRun(c.var.caller, core, { runId: view.run.id }));
    const gate = new BehindWait(new Set(outputs.map(({ callId }) => callId)));
    const withContent = c.req.valid("query")["include[]"] !== undefined;
    const shown = { speakers: await speakersOf(c, view.run), steps: { withContent } };
    return replyText(
      await streamItems(c, async (signal) => {
        await submit();
        return openStream({ core, view, shown, gate, standing }, signal);
      }),
    );
  },
);

async function handIn(c: Context<AppEnv>, runId: string, outputs: SubmittedOutput[]): Promise<Run> {
  const { caller } = c.var;
  const core = coreContext(c);
  const answer = await submitOutputs(caller, core, { runId }, outputs);
  return answer.ok
    ? answer.value
    : fail(await inOwnWords(answer.failure, () => readRun(caller, core, { runId }), outputs));
}

/** OpenAI's texts, which name the status and the calls. */
async function inOwnWords(
  failure: Failure,
  read: () => ReturnType<typeof readRun>,
  outputs: readonly SubmittedOutput[],
): Promise<Failure> {
  if (failure.kind !== "run_state" && failure.kind !== "invalid") {
    return failure;
  }
  const run = unwrap(await read());
  const { id, status, pendingCalls } = run;
  const isWaiting = !isFinal(status) && status === "requires_action";
  const message = isWaiting
    ? `Expected tool outputs for call_ids ${listed(pendingCalls)}, got ${listed(outputs)}`
    : `Runs in status "${wireStatus(run)}" do not accept tool outputs.`;
  return { kind: "run_state", runId: id, status, message };
}

function listed(calls: readonly { callId: string }[]): string {
  return `[${calls.map(({ callId }) => `'${callId}'`).join(", ")}]`;
}
