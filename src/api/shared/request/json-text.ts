/**
 * The text without stray backslashes at line ends outside of strings, as one published sample prints
 * them. No valid JSON has one there, so nothing else changes.
 */
export function joinContinuedLines(text: string): string {
  let joined = "";
  let keptFrom = 0;
  let inString = false;
  for (let offset = 0; offset < text.length; offset += 1) {
    const char = text.charAt(offset);
    if (char === '"') {
      inString = !inString;
    } else if (char === "\\" && inString) {
      offset += 1;
    } else if (char === "\\" && endsLine(text, offset + 1)) {
      joined += text.slice(keptFrom, offset);
      keptFrom = offset + 1;
    }
  }
  return joined + text.slice(keptFrom);
}

function endsLine(text: string, offset: number): boolean {
  return text.startsWith("\n", offset) || text.startsWith("\r\n", offset);
}
