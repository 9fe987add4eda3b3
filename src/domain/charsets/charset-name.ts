/** Names of encodings as files, mails and headers write them. */
import { isOwnEncoding } from "./text-decoder";

/** Code pages of Windows, DOS and the Macintosh whose number is no name of the Encoding Standard. */
const CODE_PAGES: ReadonlyMap<number, string> = new Map([
  [866, "ibm866"],
  [874, "windows-874"],
  [932, "shift_jis"],
  [936, "gbk"],
  [949, "euc-kr"],
  [950, "big5"],
  [1200, "utf-16le"],
  [1201, "utf-16be"],
  [10000, "macintosh"],
  [10007, "x-mac-cyrillic"],
  [20127, "windows-1252"],
  [20866, "koi8-r"],
  [20932, "euc-jp"],
  [21866, "koi8-u"],
  [28591, "windows-1252"],
  [50220, "iso-2022-jp"],
  [50221, "iso-2022-jp"],
  [50222, "iso-2022-jp"],
  [51932, "euc-jp"],
  [51949, "euc-kr"],
  [54936, "gb18030"],
  [65001, "utf-8"],
]);

/** Names that are no labels of the Encoding Standard, without their dashes. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["macroman", "macintosh"],
  ["macosroman", "macintosh"],
  ["maccyrillic", "x-mac-cyrillic"],
  // Without a mark it is the order of the network.
  ["utf32", "utf-32be"],
  ["utf32le", "utf-32le"],
  ["utf32be", "utf-32be"],
]);

/** The encoding of a code page, or null where it has no decoder (a few of DOS and of mainframes). */
export function charsetOfCodePage(codePage: number): string | null {
  return (
    decoderName(CODE_PAGES.get(codePage) ?? `windows-${codePage}`) ?? decoderName(`ibm${codePage}`)
  );
}

/** The canonical name of an encoding, or null where no decoder goes by the label. */
export function knownCharset(label: string | null | undefined): string | null {
  if (label === null || label === undefined) {
    return null;
  }
  const name = label.trim().toLowerCase();
  const codePage =
    /^(?:cs)?(?:cp|ms|x-cp|ibm|dos|windows-|pc|oem)[-_]?(\d{3,5})(?:multilingual)?$/.exec(
      name,
    )?.[1];
  return (
    decoderName(name) ??
    (codePage === undefined ? null : charsetOfCodePage(Number(codePage))) ??
    // Python writes utf_8, latin-1 and iso8859_15.
    decoderName(name.replaceAll("_", "-")) ??
    OTHER_NAMES.get(name.replaceAll(/[-_ ]/g, "")) ??
    decoderName(name.replace(/^(?:iso)?[-_]?8859[-_](\d+)$/, "iso-8859-$1")) ??
    decoderName(name.replace(/^(latin|utf)[-_](\d+)(?:[-_].*)?$/, "$1$2"))
  );
}

/** What the `charset` parameter of a `Content-Type` names, where a decoder of that name exists. */
export function charsetOfType(contentType: string | null | undefined): string | null {
  return knownCharset(/;\s*charset\s*=\s*(?:"\s*)?([\w.:-]+)/i.exec(contentType ?? "")?.[1]);
}

function decoderName(label: string): string | null {
  if (isOwnEncoding(label)) {
    return label;
  }
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}
