/** Cuts text so that each part fits a row of the object's SQLite. */
import { JOURNAL } from "../../limits";

/** At least one part; joined they are the text again. Never cuts between the halves of a character. */
export function splitText(text: string, maxChars: number = JOURNAL.rowMaxChars): string[] {
  const parts: string[] = [];
  let start = 0;
  while (text.length - start > maxChars) {
    const end = start + maxChars - (isHighSurrogate(text.charCodeAt(start + maxChars - 1)) ? 1 : 0);
    parts.push(text.slice(start, end));
    start = end;
  }
  parts.push(text.slice(start));
  return parts;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
