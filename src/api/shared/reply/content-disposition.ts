/** The `Content-Disposition` header, as form parts bring it and as downloads send it. */

export interface Disposition {
  /** The form field's name. */
  name: string | null;
  /** Null for a field that is no file. As given: not yet safe for anything. */
  fileName: string | null;
}

const PARAMETER = /;\s*([\w!#$&+.^`|~*-]+)\s*=\s*(?:"((?:[^"\\]|\\[^])*)"|([^;]*))/g;

export function parseDisposition(header: string): Disposition {
  const parameters = new Map<string, string>();
  for (const [, name = "", quoted, bare = ""] of header.matchAll(PARAMETER)) {
    parameters.set(name.toLowerCase(), quoted === undefined ? bare.trim() : unquote(quoted));
  }
  const extended = decodeExtended(parameters.get("filename*"));
  const plain = parameters.get("filename");
  return {
    name: parameters.get("name") ?? null,
    fileName: extended ?? (plain === undefined ? null : decodeWords(plain)),
  };
}

/** Offers the file under its name, in any script; old clients get the ASCII of it. */
export function attachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^\x20-\x7e]|["\\%]/g, "_");
  const extended = encodeURIComponent(fileName.toWellFormed()).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${extended}`;
}

/** Browsers escape by `%22`, older clients by backslash; other backslashes are parts of a path. */
function unquote(text: string): string {
  return text
    .replaceAll(/\\(["\\])/g, "$1")
    .replaceAll(/%22/g, '"')
    .replaceAll(/%0D%0A|%0D|%0A/gi, " ");
}

/** RFC 5987: `UTF-8''%e6%af%8f.txt`. */
function decodeExtended(value: string | undefined): string | undefined {
  const [, charset, encoded] = /^([^']*)'[^']*'(.*)$/.exec(value ?? "") ?? [];
  if (charset === undefined || encoded === undefined) {
    return undefined;
  }
  const bytes = Uint8Array.from(
    encoded.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    ),
    (char) => char.charCodeAt(0),
  );
  return decode(charset, bytes);
}

/** RFC 2047: `=?UTF-8?B?5q+P?=`, which the standard forbids here and mail libraries send. */
function decodeWords(text: string): string {
  return text.replaceAll(
    /=\?([^?\s]+)\?([bq])\?([^?\s]*)\?=(?:\s+(?==\?))?/gi,
    (word, charset: string, encoding: string, encoded: string) => {
      const bytes = encoding.toLowerCase() === "b" ? fromBase64(encoded) : fromQuoted(encoded);
      return (bytes && decode(charset, bytes)) ?? word;
    },
  );
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function fromQuoted(text: string): Uint8Array {
  const plain = text
    .replaceAll("_", " ")
    .replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Uint8Array.from(plain, (char) => char.charCodeAt(0));
}

/** Undefined for a charset that nobody knows, and for bytes that are not in it. */
function decode(charset: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return undefined;
  }
}
