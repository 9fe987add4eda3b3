/** The first `chars` UTF-16 units at most, never half a surrogate pair. */
export function cutText(text: string, chars: number): string {
  const last = text.charCodeAt(chars - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHighSurrogate ? chars - 1 : chars);
}

/** The text with one full stop at its end, whatever stood there. */
export function asSentence(text: string): string {
  return text.replace(/[.\s]*$/, ".");
}
