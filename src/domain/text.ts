/** Why this text cannot be kept and compared as it is; undefined where it can. */
export function textProblem(text: string): string | undefined {
  if (text.includes("\0")) {
    return "holds a NUL character";
  }
  return text.isWellFormed() ? undefined : "holds half of a surrogate pair, which is no character";
}

/**
 * Why nothing may go by this name, which callers and imports give to threads and end users; undefined
 * where something may.
 */
export function nameProblem(name: string): string | undefined {
  // Clients take both out of a path, with what stands before them: nobody could read or erase what it names.
  return name === "." || name === ".." ? "no path can name it" : textProblem(name);
}

/** The first `chars` UTF-16 units at most, never half a surrogate pair. */
export function cutText(text: string, chars: number): string {
  const last = text.charCodeAt(chars - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHighSurrogate ? chars - 1 : chars);
}

/** The text with one full stop at its end, whatever stood there. */
export function asSentence(text: string): string {
  return `${withoutStop(text)}.`;
}

/** Without full stops and spaces at its end. */
export function withoutStop(text: string): string {
  return withoutEnd(text, /[.\s]/);
}

/** Without the characters at its end that the expression takes; a regular expression at `$` would be quadratic. */
export function withoutEnd(text: string, char: RegExp): string {
  let end = text.length;
  while (end > 0 && char.test(text.charAt(end - 1))) {
    end -= 1;
  }
  return text.slice(0, end);
}
