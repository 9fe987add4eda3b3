/** How a provider fails: always an error of the action, sometimes one worth another try. */
import { ActionFailure } from "../../domain/action-failure";
import { withoutStop } from "../../domain/text";
import { MODEL } from "../../limits";

export class ProviderFailure extends ActionFailure {
  /** Whether the same request may succeed a little later. */
  readonly retryable: boolean;
  /** The pause that the provider asked for. */
  readonly retryAfterMs: number | null;

  constructor(
    code: string,
    message: string,
    {
      retryable = false,
      retryAfterMs = null,
    }: { retryable?: boolean; retryAfterMs?: number | null } = {},
  ) {
    super(code, message);
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
  }
}

export function notConfigured(providerId: string, remedy: string): ProviderFailure {
  return new ProviderFailure(
    "provider_not_configured",
    `Provider ${providerId} is not configured: ${remedy}.`,
  );
}

/** The address, where it is one that can be asked. @param setting The name that it has among the settings. */
export function checkBaseUrl(providerId: string, setting: string, baseUrl: string): string {
  if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl)) {
    throw notConfigured(providerId, `${setting} is no http or https address`);
  }
  return baseUrl;
}

export function connectionLost(providerId: string): ProviderFailure {
  return new ProviderFailure(
    "provider_connection_lost",
    `The connection to ${providerId} was lost before its reply was whole.`,
    { retryable: true },
  );
}

export function badReply(
  providerId: string,
  what: string,
  { retryable = false }: { retryable?: boolean } = {},
): ProviderFailure {
  return new ProviderFailure(
    "provider_bad_reply",
    `${providerId} answered what cannot be read: ${what}`,
    { retryable },
  );
}

export function replyTooLarge(providerId: string): ProviderFailure {
  return new ProviderFailure(
    "provider_reply_too_large",
    `The reply of ${providerId} is larger than ${MODEL.replyMaxChars} characters.`,
  );
}

/** A provider that answered with an HTTP error. */
export function httpFailure(
  providerId: string,
  answer: {
    status: number;
    /** The provider's own words, secrets already taken out. */
    message: string;
    /** Whether a repeat can help, where that is known better than by the status. */
    canPass?: boolean | null;
    retryAfterMs?: number | null | undefined;
    /** Named where the provider refuses the key. */
    keySecret?: string | undefined;
    /** Begins with a space: what may mend it. */
    hint?: string | undefined;
  },
): ProviderFailure {
  const { status, message, canPass = null, retryAfterMs = null, keySecret } = answer;
  const keyHint =
    status === 401 && keySecret !== undefined
      ? ` The key is refused: check the secret ${keySecret}.`
      : "";
  return new ProviderFailure(
    "provider_error",
    `${providerId} answered ${status}: ${asSentence(message)}${keyHint}${answer.hint ?? ""}`,
    { retryable: canPass ?? isRetryableStatus(status), retryAfterMs },
  );
}

function asSentence(message: string): string {
  return message === "" ? "no message." : `${withoutStop(message)}.`;
}

/** Too many requests, too early ones, a time-out of the provider's own, or its fault. */
function isRetryableStatus(status: number): boolean {
  return [408, 425, 429].includes(status) || (status >= 500 && !NOT_DONE.has(status));
}

/** Not implemented, and a version of HTTP that is not spoken. */
const NOT_DONE = new Set([501, 505]);
