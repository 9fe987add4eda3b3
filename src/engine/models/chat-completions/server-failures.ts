/** What a server says of its failure, as a failure that a run can show. */
import { MODEL } from "../../../limits";
import { httpFailure, ProviderFailure } from "../provider-failure";
import { redact } from "../redact-secrets";
import { readRetryAfter } from "../retry-after";
import { readError, type WireError } from "./error-shapes";
import { readText } from "./read-text";
import { addressHint, KEY_SECRET, type Server } from "./server";

export interface Refused {
  /** The body's beginning, as it came. */
  text: string;
  failure: ProviderFailure;
}

/** An answer with a status of 400 and above. */
export async function readRefusal(
  response: Response,
  server: Server,
  nowMs: number,
): Promise<Refused> {
  const { status, headers } = response;
  const { text } = await readText(response, MODEL.errorBodyMaxChars);
  const error = readError(text);
  const failure = failureOf(server, {
    ...error,
    // Some wrap a fault of the request into a 500 of their own.
    status: status >= 500 && isRequestFault(error.status) ? error.status : status,
    canPass: SHOULD_RETRY.get(headers.get("x-should-retry")) ?? error.canPass,
    retryAfterMs: readRetryAfter((name) => headers.get(name), nowMs) ?? error.retryAfterMs,
  });
  return { text, failure };
}

/** An error that came with a 200: as an event of the stream, or as the whole body. */
export function failureOf(server: Server, error: WireError): ProviderFailure {
  const { status, canPass, retryAfterMs } = error;
  const message = show(server, error.message);
  const hint = isNoSuchPath(status, message) ? addressHint(server) : undefined;
  return status === null
    ? new ProviderFailure("provider_error", `${server.id} failed: ${message || "no message"}.`, {
        retryable: canPass ?? true,
        retryAfterMs,
      })
    : httpFailure(server.id, {
        status,
        message,
        canPass,
        retryAfterMs,
        keySecret: KEY_SECRET,
        hint,
      });
}

export function show({ apiKey }: Server, message: string): string {
  return redact(message, apiKey === null ? [] : [apiKey]);
}

/** OpenAI's own header. */
const SHOULD_RETRY = new Map<string | null, boolean>([
  ["true", true],
  ["false", false],
]);

/** A server that has no such path says so without a word of the model, which is missing otherwise. */
function isNoSuchPath(status: number | null, message: string): boolean {
  return (status === 404 || status === 405) && !/model/i.test(message);
}

function isRequestFault(status: number | null): boolean {
  return status !== null && status >= 400 && status < 500;
}
