import * as z from "zod";

import { ActionFailure, tooDeep } from "../../domain/action-failure";
import { textDecoder } from "../../domain/charsets/text-decoder";
import { MAX_VALUES, ValueCount } from "../../domain/count-values";
import { passedBound } from "../../domain/json";
import { recordOf } from "../../domain/list-of";
import { RUN } from "../../limits";
import { guardedFetch, type OutboundResponse } from "../../net/guarded-fetch";
import { pauseAfter } from "../../yield-to-event-loop";
import { defineAction } from "./action";
import {
  answerErrors,
  charsetOf,
  outboundOptions,
  requestConfig,
  UrlField,
} from "./request-fields";

const FIRST_ERROR_STATUS = 400;
/** How much longer a JSON text may be than the shortest of its value: spaces behind colons and commas. */
const JSON_SLACK = 1.25;

/** Any status is an output; what fails is a request that gets no response. */
export const curlAction = defineAction({
  type: "curl",
  summary: "Sends an HTTP request. A response of any status is the output.",
  spec: z.strictObject({
    method: z
      .enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
      .default("GET")
      .describe("GET unless said otherwise."),
    url: UrlField,
    headers: recordOf(z.string(), z.string())
      .default({})
      .describe("`Idempotency-Key` is set unless given."),
    body: z.unknown().optional().describe("A text goes as it is, anything else as JSON."),
  }),
  config: requestConfig,
  async execute(context) {
    const { spec, config, ports, signal, idempotencyKey } = context;
    const { headers, body } = encodeBody(spec.body);
    return answerErrors(config, async () => {
      const response = await ports.connections.hold(signal, () =>
        guardedFetch(
          ports.fetch,
          {
            url: spec.url,
            method: spec.method,
            headers: withDefaults(spec.headers, { ...headers, "Idempotency-Key": idempotencyKey }),
            body,
          },
          outboundOptions(context),
        ),
      );
      const { status, headers: received } = response;
      return {
        value: { status, headers: received, body: await decodeBody(response) },
        isFailure: status >= FIRST_ERROR_STATUS,
      };
    });
  },
});

function encodeBody(body: unknown): {
  headers: Record<string, string>;
  body: string | undefined;
} {
  if (body === undefined || body === null || typeof body === "string") {
    return { headers: {}, body: body ?? undefined };
  }
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** Names of headers are the same in any case. */
function withDefaults(
  given: Record<string, string>,
  defaults: Record<string, string>,
): Record<string, string> {
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  const missing = Object.entries(defaults).filter(([name]) => !names.has(name.toLowerCase()));
  return { ...Object.fromEntries(missing), ...given };
}

/** JSON where the response says so and is so, else text in the response's charset. */
async function decodeBody({ headers, body }: OutboundResponse): Promise<unknown> {
  const contentType = headers["content-type"] ?? "";
  const text = textDecoder(charsetOf(headers) ?? "utf-8").decode(body);
  if (!/^application\/([\w.-]+\+)?json\b/i.test(contentType)) {
    return text;
  }
  await pauseAfter(text.length);
  if (new ValueCount().add(body) > MAX_VALUES) {
    throw new ActionFailure(
      "response_too_many_values",
      `The response holds more than ${MAX_VALUES} values of JSON.`,
    );
  }
  const value = readJson(withoutIndents(text));
  await pauseAfter(text.length);
  if (passedBound(value, { maxNesting: RUN.valueMaxNesting }) !== null) {
    throw new ActionFailure("response_too_deep", tooDeep("The response"));
  }
  return value;
}

/** What is too long even without its line breaks is no output, and is not worth the reading. */
function withoutIndents(text: string): string {
  if (text.length <= RUN.actionOutputMaxBytes) {
    return text;
  }
  // A line break inside a text would have to be escaped.
  const compact = text.replaceAll(/[\r\n]\s*/g, "");
  if (compact.length > JSON_SLACK * RUN.actionOutputMaxBytes) {
    throw new ActionFailure(
      "output_too_large",
      `The response is ${compact.length} characters of JSON; an action may make ${RUN.actionOutputMaxBytes}.`,
    );
  }
  return compact;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
