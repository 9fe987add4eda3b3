import { cellText } from "./sheet-lines";

/**
 * A cell's text with the characters that XML cannot hold, which a workbook writes as `_x000D_` (ECMA-376-1,
 * 22.9.2.19, ST_Xstring); `_x005F_` is the underscore of a text that looks like one of these.
 */
export function unescapeText(text: string): string {
  return text.includes("_x")
    ? cellText(text.replace(/_x([\da-f]{4})_/gi, (_, hex: string) => unescaped(hex)))
    : text;
}

function unescaped(hex: string): string {
  const character = String.fromCharCode(Number.parseInt(hex, 16));
  // Other control characters say nothing as text.
  return /[\t\n\v\f\r]/.test(character) ? " " : character.replace(/\p{Cc}/u, "");
}
