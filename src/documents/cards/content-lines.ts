/**
 * The lines of calendars and address cards (RFC 5545, RFC 6350, and vCard 2.1 before them) as somebody reads
 * them: `NAME;parameters:value` in one line, escapes taken back. Pictures and sounds inside them are left out, and
 * so are the tables of time zones.
 */
import { knownCharset } from "../../domain/charsets/charset-name";
import { textDecoder } from "../../domain/charsets/text-decoder";
import { TextPieces } from "../text/text-pieces";

/** A table of when clocks change: who reads the times has his own. */
const LEFT_OUT = "vtimezone";
const DATA = /^(?:b|base64)$/i;
const QUOTED_PRINTABLE = /^quoted-printable$/i;
/** Names and parameters are short; what has its colon further on is no line of these formats. */
const MAX_HEAD_CHARS = 4096;

export class ContentLines {
  readonly #text = new TextPieces();
  /** Behind the last line break. */
  #rest = "";
  /** A line of quoted-printable that goes on with the next. */
  #open = "";
  #isLeftOut = false;

  write(piece: string): void {
    const end = piece.lastIndexOf("\n") + 1;
    const lines = (this.#rest + piece.slice(0, end)).split("\n");
    this.#rest = (end === 0 ? (lines.pop() ?? "") : "") + piece.slice(end);
    lines.forEach((line) => this.#readLine(line));
  }

  /** The whole text; nothing may be written after it. */
  end(): string {
    this.#readLine(this.#rest);
    this.#readLine("");
    return this.#text.join().trim();
  }

  #readLine(given: string): void {
    const line = this.#open + given.trimEnd();
    this.#open = "";
    if (line === "") {
      return;
    }
    const head = line.slice(0, endOfHead(line));
    const value = line.slice(head.length + 1);
    const [name = "", ...parameters] = head.split(";");
    const isQuoted = parameters.some((one) => QUOTED_PRINTABLE.test(valueOf(one)));
    if (isQuoted && value.endsWith("=") && given !== "") {
      this.#open = line.slice(0, -1);
      return;
    }
    this.#emit({ name, parameters, value, isQuoted });
  }

  #emit({ name, parameters, value, isQuoted }: ContentLine): void {
    const mark = `${name}:${value}`.toLowerCase();
    const wasLeftOut = this.#isLeftOut;
    if (mark === `begin:${LEFT_OUT}` || mark === `end:${LEFT_OUT}`) {
      this.#isLeftOut = mark.startsWith("b");
      return;
    }
    const isData = parameters.some((one) => DATA.test(valueOf(one))) || /^data:/i.test(value);
    if (wasLeftOut || isData) {
      return;
    }
    const kept = parameters.filter((one) => !(isQuoted && isEncoding(one)));
    const text = unescape(isQuoted ? unquote(value, parameters) : value);
    this.#text.add(`${[name, ...kept].join(";")}:${text}\n`);
  }
}

interface ContentLine {
  name: string;
  parameters: string[];
  value: string;
  /** The value is quoted-printable. */
  isQuoted: boolean;
}

/** The colon behind name and parameters, one in quotes is none; 0 where the line has none. */
function endOfHead(line: string): number {
  let isQuoted = false;
  for (let at = 0; at < Math.min(line.length, MAX_HEAD_CHARS); at += 1) {
    const char = line.charAt(at);
    if (char === '"') {
      isQuoted = !isQuoted;
    } else if (char === ":" && !isQuoted) {
      return at;
    }
  }
  return line.length;
}

/** Of `ENCODING=BASE64`, and of `BASE64` alone, as vCard 2.1 allows. */
function valueOf(parameter: string): string {
  return parameter.slice(parameter.indexOf("=") + 1).trim();
}

function isEncoding(parameter: string): boolean {
  return QUOTED_PRINTABLE.test(valueOf(parameter)) || /^charset=/i.test(parameter);
}

function unquote(value: string, parameters: readonly string[]): string {
  const declared = parameters.find((one) => /^charset=/i.test(one));
  const charset = knownCharset(declared === undefined ? "utf-8" : valueOf(declared)) ?? "utf-8";
  const bytes = new TextEncoder().encode(value);
  const decoded = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const hex = String.fromCharCode(bytes[at + 1] ?? 0, bytes[at + 2] ?? 0);
    const isEscape = bytes[at] === 0x3d && /^[\da-f]{2}$/i.test(hex);
    decoded[length] = isEscape ? Number.parseInt(hex, 16) : (bytes[at] ?? 0);
    length += 1;
    at += isEscape ? 2 : 0;
  }
  return textDecoder(charset).decode(decoded.subarray(0, length));
}

/** A break inside a value is one in the text, set in so that no line of it looks like another property. */
function unescape(value: string): string {
  return value
    .replaceAll(/\\([\\;,nN])/g, (_, char: string) => (/n/i.test(char) ? "\n" : char))
    .replaceAll(/\r?\n/g, "\n  ");
}
