/** What must never reach the log, taken out of texts that others have written. */
import { cutText } from "../domain/text";
import { LOG } from "../limits";

/** Bobbin's keys and those of model providers. */
const KEY_LIKE = /\b(?:sk|pk|rk|gsk|xai|whsec)[-_][\w*.-]{6,}/g;
/** Session tokens, and any JWT besides. */
const TOKEN_LIKE = /\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g;
const AUTHORIZATION_LIKE = /\b(Bearer|Basic) +[\w+/=.~-]{6,}/gi;

/** V8 and SQLite quote the text that they could not read: it is somebody's content. */
const QUOTED = /(["'`])(?:(?!\1).)*\1/gs;
const QUOTING_ERRORS = new Set(["SyntaxError", "ZodError"]);

const SHOWN_AS = "[secret]";

/** The text with everything that looks like a key or a token taken out. */
export function withoutCredentials(text: string): string {
  return text
    .replace(AUTHORIZATION_LIKE, `$1 ${SHOWN_AS}`)
    .replace(TOKEN_LIKE, SHOWN_AS)
    .replace(KEY_LIKE, SHOWN_AS);
}

/** An exception for the log: what it says, and where it was thrown. */
export function describeError(error: Error): { name: string; message: string; at: string[] } {
  const { name, message, stack = "" } = error;
  const shown = QUOTING_ERRORS.has(name) ? message.replace(QUOTED, "…") : message;
  return { name, message: cutText(shown, LOG.messageMaxChars), at: framesOf(stack, message) };
}

/** The lines of a stack that name places, without the message that it begins with. */
function framesOf(stack: string, message: string): string[] {
  return stack
    .replace(message, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^at \S/.test(line));
}
