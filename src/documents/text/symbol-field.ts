/** Word's field `SYMBOL 252 \\f Wingdings \\s 12`, which it shows without writing down a result. */
import { textDecoder } from "../../domain/charsets/text-decoder";
import { shownIn } from "./symbol-fonts";

/** Of a field's code; one that says what to show is short. */
export const MAX_FIELD_CODE_CHARS = 200;

const SYMBOL = /^\s*SYMBOL\s+(?:0x([\da-f]{1,4})|(\d{1,5})|"?(\S)"?)(?=\s|$)/iu;
const FONT = /\\f\s*(?:"([^"]*)"|([^\s\\]+))/i;
/** The number is one of Unicode, not of Windows. */
const UNICODE = /\\u(?![a-z])/i;

/** What a field's code shows by itself: empty for all but symbols. */
export function symbolOfField(code: string): string {
  const [, hex, decimal, letter] = SYMBOL.exec(code) ?? [];
  const number = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  const character = letter ?? (number > 0 && number <= 0xffff ? characterOf(number, code) : "");
  const font = FONT.exec(code);
  return character === "" ? "" : shownIn(font?.[1] ?? font?.[2], character);
}

function characterOf(number: number, code: string): string {
  const isWindows = number >= 0x80 && number <= 0xff && !UNICODE.test(code);
  return isWindows
    ? textDecoder("windows-1252").decode(Uint8Array.of(number))
    : String.fromCharCode(number);
}
