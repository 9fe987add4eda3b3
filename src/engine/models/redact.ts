/** Providers like to repeat a refused key in their message; nobody else is to read it. */
const KEY_LIKE = /\b(sk|pk|gsk|xai)-[\w*.-]{6,}/g;

const MAX_CHARS = 1000;

/** A provider's message as a run may show it: the secrets and all that looks like one taken out. */
export function redact(message: string, secrets: readonly string[]): string {
  let text = message;
  for (const secret of secrets) {
    text = text.replaceAll(secret, "[secret]");
  }
  return text.replace(KEY_LIKE, "[secret]").slice(0, MAX_CHARS).trim();
}
