import * as z from "zod";

import { SANDBOX } from "../../limits";
import { runInSandbox } from "../../sandbox";
import { defineAction } from "./action";

export const codeAction = defineAction({
  type: "code",
  summary: "A JavaScript function of the project, run with nothing in reach but the run's data.",
  spec: z.strictObject({
    code: z
      .string()
      .min(1)
      .describe("A function expression, `(env) => value`; may be async. Taken as it stands."),
  }),
  verbatim: ["code"],
  config: z.strictObject({
    timeout_ms: z
      .int()
      .min(1)
      .max(SANDBOX.maxTimeoutMs)
      .default(SANDBOX.defaultTimeoutMs)
      .describe("Milliseconds of computing."),
    use_cache: z.boolean().default(false).describe("Take the outcome of an equal call before."),
  }),
  async cacheRequest({ spec, env }) {
    return { spec, env: await env() };
  },
  async execute({ spec, config, env, owner, signal }) {
    const { value, logs } = await runInSandbox({
      source: spec.code,
      env: await env(),
      budget: { timeoutMs: config.timeout_ms },
      owner,
      signal,
    });
    return logs.length === 0 ? { value } : { value, meta: { logs } };
  },
});
