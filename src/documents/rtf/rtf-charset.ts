/** Encodings by RTF's two ways of naming them. */
import * as names from "../../domain/charsets/charset-name";

const FALLBACK = "windows-1252";

/** `\ansicpg1251`; a code page without a decoder is read as Western. */
export function charsetOfCodePage(codePage: number): string {
  return names.charsetOfCodePage(codePage) ?? FALLBACK;
}

const FONT_CHARSETS: ReadonlyMap<number, string> = new Map([
  [77, "macintosh"],
  [128, "shift_jis"],
  [129, "euc-kr"],
  [134, "gbk"],
  [136, "big5"],
  [161, "windows-1253"],
  [162, "windows-1254"],
  [163, "windows-1258"],
  [177, "windows-1255"],
  [178, "windows-1256"],
  [186, "windows-1257"],
  [204, "windows-1251"],
  [222, "windows-874"],
  [238, "windows-1250"],
]);

/** `\fcharset204`; undefined where the font follows the document. */
export function charsetOfFont(fontCharset: number): string | undefined {
  return FONT_CHARSETS.get(fontCharset);
}
