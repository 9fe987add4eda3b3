/** English and code run at about four characters a token; exact counts would need each model's own table. */
const CHARS_PER_TOKEN = 4;

/** Tokens of a text, roughly: for providers that do not count. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}
