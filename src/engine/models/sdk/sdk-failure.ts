/** Errors of the AI SDK and of the connection below it, as failures that a run can show. */
import { AISDKError, APICallError, InvalidResponseDataError } from "@ai-sdk/provider";

import { isJsonObject } from "../../../domain/json";
import { ConnectionError } from "../connection-fetch";
import { badReply, connectionLost, httpFailure, ProviderFailure } from "../provider-failure";
import { redact } from "../redact-secrets";
import { readRetryAfter } from "../retry-after";

/** What an adapter of the SDK has to know of the provider it speaks to. */
export interface SdkProvider {
  id: string;
  /** Never to be shown, not even where the provider repeats it. */
  apiKey: string | null;
  /** The secret to look at when the provider refuses the key. */
  keySecret?: string;
}

/** The failure that an error of the SDK stands for; an error that is none of its own is given back. */
export function fromSdkError(error: unknown, provider: SdkProvider, nowMs: number): unknown {
  if (APICallError.isInstance(error)) {
    return fromCallError(error, provider, nowMs);
  }
  if (error instanceof ConnectionError || InvalidResponseDataError.isInstance(error)) {
    // The latter is how a stream without an end is reported.
    return connectionLost(provider.id);
  }
  return AISDKError.isInstance(error)
    ? badReply(provider.id, show(error.message, provider))
    : error;
}

/** The failure that an `error` part of a stream stands for: the provider's own error object, mostly. */
export function fromStreamError(error: unknown, provider: SdkProvider, nowMs: number): unknown {
  if (error instanceof Error) {
    return fromSdkError(error, provider, nowMs);
  }
  const { message, statusCode, code } = isJsonObject(error) ? error : {};
  return httpFailure(provider.id, {
    status: typeof statusCode === "number" ? statusCode : 500,
    message: show(typeof message === "string" ? message : JSON.stringify(error), provider),
    canPass: code === "insufficient_quota" ? false : null,
    keySecret: provider.keySecret,
  });
}

function fromCallError(error: APICallError, provider: SdkProvider, nowMs: number): ProviderFailure {
  const { statusCode, responseHeaders = {}, cause } = error;
  if (statusCode !== undefined && statusCode >= 400) {
    return httpFailure(provider.id, {
      status: statusCode,
      message: show(ownWords(error), provider),
      canPass: ownCode(error.data) === "insufficient_quota" ? false : null,
      retryAfterMs: readRetryAfter((name) => responseHeaders[name], nowMs),
      keySecret: provider.keySecret,
    });
  }
  if (AISDKError.isInstance(cause)) {
    return badReply(provider.id, show(`${error.message}: ${cause.message}`, provider));
  }
  // A binding has no connection to lose, nor a status.
  return statusCode === undefined && !(cause instanceof ConnectionError)
    ? new ProviderFailure("provider_error", `${provider.id}: ${show(error.message, provider)}`)
    : connectionLost(provider.id);
}

/** Servers that do not word their errors as OpenAI does are quoted as they are, pages of HTML aside. */
function ownWords({ data, message, responseBody = "" }: APICallError): string {
  const isQuotable = data === undefined && responseBody !== "" && !responseBody.startsWith("<");
  return isQuotable ? responseBody : message;
}

function ownCode(data: unknown): string | undefined {
  const error = isJsonObject(data) ? data["error"] : undefined;
  const code = isJsonObject(error) ? error["code"] : undefined;
  return typeof code === "string" ? code : undefined;
}

function show(message: string, { apiKey }: SdkProvider): string {
  return redact(message, apiKey === null ? [] : [apiKey]);
}
