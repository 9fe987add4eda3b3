/** Fields and failures that the actions `curl` and `browser` share. */
import * as z from "zod";

import { ActionFailure } from "../../domain/action-failure";
import { charsetOfType } from "../../domain/charsets/charset-name";
import { ACTION } from "../../limits";
import type { OutboundOptions } from "../../net/guarded-fetch";
import type { ActionContext, ActionResult } from "./action";

export const UrlField = z
  .string()
  .min(1)
  .max(ACTION.urlMaxChars)
  .describe("http or https; no address of this machine or of a private network.");

export const requestConfig = z.strictObject({
  timeout_ms: z
    .int()
    .min(1)
    .max(ACTION.requestMaxTimeoutMs)
    .default(ACTION.requestDefaultTimeoutMs)
    .describe("Milliseconds from the call to the last byte, redirects included."),
  max_bytes: z
    .int()
    .min(1)
    .max(ACTION.responseMaxBytes)
    .default(ACTION.responseDefaultMaxBytes)
    .describe("A larger response is an error."),
  use_cache: z.boolean().default(false).describe("Take the outcome of an equal request before."),
  error_as_output: z
    .boolean()
    .default(false)
    .describe("A request that fails makes `{error: {code, message}}` instead of ending the run."),
});
type RequestConfig = z.output<typeof requestConfig>;

export function outboundOptions({
  ports,
  config,
  signal,
}: ActionContext<unknown, RequestConfig>): OutboundOptions {
  return {
    ...ports.outbound,
    timeoutMs: config.timeout_ms,
    maxBytes: config.max_bytes,
    signal,
  };
}

export async function answerErrors(
  { error_as_output }: RequestConfig,
  work: () => Promise<ActionResult>,
): Promise<ActionResult> {
  try {
    return await work();
  } catch (error) {
    if (error_as_output && error instanceof ActionFailure) {
      const { code, message } = error;
      return { value: { error: { code, message } }, isFailure: true };
    }
    throw error;
  }
}

/** The charset that a response names; null where no decoder has that name. */
export function charsetOf(headers: Record<string, string>): string | null {
  return charsetOfType(headers["content-type"]);
}
