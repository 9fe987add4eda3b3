/**
 * What kills or stalls an isolate that many share: for each reader, each thing that a file may have very
 * many of, or very deep, made by generation. Whatever comes of it is a text, rows or a failure with a
 * code; between two turns of everybody else no reader takes more than a few blocks; what is made is
 * bounded. It is counted in bytes that were asked for, not timed.
 */
import { describe, it } from "vitest";

import { type DocumentSource, extractText, readRows } from "../../src/documents";
import { ActionFailure } from "../../src/domain/action-failure";
import { DOCUMENT } from "../../src/limits";

const MIB = 1024 * 1024;
const SIZE = 2 * MIB;
/** A stream reads ahead, and a reader looks at the file's start for its encoding. */
const MAX_BLOCKS_A_TURN = 4;

interface Hostile {
  /** Once, then over and over, then once. */
  head?: string;
  unit: string | ((at: number) => string);
  tail?: string;
  /** Units; as many as make `SIZE` by default. */
  count?: number;
}

const numbered = (text: string) => (at: number) => text.replaceAll("#", String(at));

const TEXTS: Readonly<Record<string, Readonly<Record<string, Hostile>>>> = {
  "a.html": {
    elements: { head: "<html>", unit: "<a></a>" },
    "unclosed elements": { head: "<html>", unit: "<p>" },
    depth: { head: "<html>", unit: "<div>" },
    "ends of nothing": { head: `<html>${"<b>".repeat(900)}`, unit: "</i>" },
    "attributes of one element": { head: "<html><a ", unit: numbered("a# ") },
    attributes: { head: "<html>", unit: '<a b c d="e" f>x</a>' },
    "an endless attribute": { head: '<html><a b="', unit: "xxxxxxxx" },
    "an endless comment": { head: "<html><!--", unit: "<a>" },
    references: { head: "<html>", unit: "&lt;&#65;" },
    "breaks in an item": { head: "<html><li>", unit: "<br><p>" },
    "spaces in a block": { head: "<html><pre>x", unit: "        ", tail: "x" },
    "cells of a row": { head: "<html><table><tr>", unit: "<td>a" },
    "tables in tables": {
      head: `<html>${"<table><tr><td>".repeat(300)}`,
      unit: "abc  d ",
      tail: "</td></tr></table>".repeat(300),
    },
    names: { head: "<html>", unit: numbered("<x#></x#>") },
  },
  "a.xml": {
    elements: { head: "<?xml version='1.0'?><r>", unit: "<a/>" },
    "elements in text": { head: "<?xml version='1.0'?><r>x", unit: "<a/>" },
    "elements deep inside": { head: `<?xml version='1.0'?>${"<r>".repeat(900)}`, unit: "<a/>" },
    depth: { head: "<?xml version='1.0'?>", unit: "<r>" },
    attributes: { head: "<?xml version='1.0'?><r>", unit: '<a b="1" c="2"/>' },
    "attributes of one element": { head: "<?xml version='1.0'?><r ", unit: numbered('a#="" ') },
    entities: { head: "<?xml version='1.0'?><!DOCTYPE r [", unit: numbered('<!ENTITY e# "&e;">') },
    references: { head: "<?xml version='1.0'?><r>", unit: "&amp;&e;" },
    "endless data": { head: "<?xml version='1.0'?><r><![CDATA[", unit: "<a>" },
    namespaces: { head: "<?xml version='1.0'?><r>", unit: numbered('<a#:b xmlns:a#="u"/>') },
  },
  "a.rtf": {
    groups: { head: "{\\rtf1 ", unit: "{}" },
    depth: { head: "{\\rtf1 ", unit: "{" },
    words: { head: "{\\rtf1 ", unit: "\\b" },
    "bytes of a code page": { head: "{\\rtf1 ", unit: "\\'e4" },
    "raw bytes": { head: "{\\rtf1 ", unit: "é" },
    "runs of bytes": { head: "{\\rtf1 ", unit: "\\'e4\\b " },
    characters: { head: "{\\rtf1 ", unit: "\\u1234?" },
    fonts: { head: "{\\rtf1{\\fonttbl", unit: numbered("{\\f#\\fcharset204 A;}") },
    styles: { head: "{\\rtf1{\\stylesheet", unit: numbered("{\\s#\\outlinelevel1 A;}") },
    notes: { head: "{\\rtf1 ", unit: "{\\footnote x}" },
    rows: { head: "{\\rtf1 ", unit: "\\trowd\\cell" },
    marks: { head: "{\\rtf1 ", unit: "{\\listtext a}" },
    "boxes in boxes": {
      head: `{\\rtf1 ${"{\\shpinst{\\shptxt ".repeat(480)}`,
      unit: "abc d ",
      tail: "}}".repeat(480),
    },
    "an endless word": { head: "{\\rtf1 \\", unit: "abcdefgh" },
  },
  "a.eml": {
    parts: { head: mailHead("multipart/mixed; boundary=b"), unit: "--b\r\n\r\nx\r\n" },
    "empty parts": { head: mailHead("multipart/mixed; boundary=b"), unit: "--b\r\n" },
    attachments: {
      head: mailHead("multipart/mixed; boundary=b"),
      unit: numbered("--b\r\nContent-Type: a/b; name=x#\r\n\r\nx\r\n"),
      count: DOCUMENT.mailMaxParts - 2,
    },
    "multiparts in multiparts": {
      head: mailHead("multipart/mixed; boundary=b"),
      unit: (at) =>
        `--b${at === 0 ? "" : at - 1}\r\nContent-Type: multipart/mixed; boundary=b${at}\r\n\r\n`,
      count: DOCUMENT.mailMaxParts - 2,
    },
    "mails in mails": {
      head: mailHead("message/rfc822"),
      unit: "Content-Type: message/rfc822\r\n\r\n",
    },
    "near boundaries": { head: mailHead("multipart/mixed; boundary=b"), unit: "--\r\n" },
    headers: { head: "Message-ID: <1@x>\r\n", unit: numbered("X-#: y\r\n") },
    recipients: { head: "Message-ID: <1@x>\r\nTo: ", unit: '"a" <a@b.example>, ', count: 10_000 },
    "encoded words": {
      head: "Message-ID: <1@x>\r\nSubject: ",
      unit: "=?utf-8?q?a?=",
      count: 15_000,
    },
    lines: { head: mailHead("text/plain"), unit: "a\n" },
    "flowed lines": { head: mailHead("text/plain; format=flowed"), unit: "> a \r\n" },
    "one line": { head: mailHead("text/plain"), unit: "abcdefgh" },
    escapes: {
      head: mailHead("text/plain\r\nContent-Transfer-Encoding: quoted-printable"),
      unit: "=\r\n",
    },
    markup: { head: mailHead("text/html"), unit: "<b>x</b>" },
  },
  "a.mbox": {
    mails: {
      unit: "From a Mon Jun 01 10:00:00 2009\r\nMessage-ID: <1>\r\n\r\nxé\r\n\r\n",
      count: DOCUMENT.mailMaxParts - 1,
    },
    "too many mails": { unit: "From a Mon Jun 01 10:00:00 2009\r\nMessage-ID: <1>\r\n\r\n" },
  },
  "a.txt": {
    lines: { unit: "\n", tail: "x" },
    letters: { unit: "abcdefgh" },
    "quotes at the start": { unit: 'a,"b"x"' },
    "headers at the start": { unit: "a:\n " },
  },
};

const ROWS: Readonly<Record<string, Readonly<Record<string, Hostile>>>> = {
  "a.csv": {
    columns: { unit: numbered("c#,"), tail: "\n1\n" },
    "columns of one name": { unit: "a,", tail: "\n1\n" },
    "columns that are almost too many": {
      unit: "a,",
      tail: "\n1\n",
      count: DOCUMENT.maxColumns - 1,
    },
    "short records under many columns": {
      head: `${Array.from({ length: 5000 }, (_, at) => `c${at}`).join(",")}\n`,
      unit: "1\n",
    },
    "long records under one column": { head: "a\n", unit: `1${",1".repeat(5000)}\n` },
    records: { head: "a,b\n", unit: "1,2\n" },
    "empty records": { head: "a,b\n1,2\n", unit: "\n" },
    "an endless quote": { head: 'a,b\n"', unit: "x,y\n" },
    "quotes inside": { head: "a,b\n", unit: '"a"b" c,' },
    quotes: { unit: '"' },
    spaces: { head: "a,b\n", unit: "        " },
  },
  "a.json": {
    elements: { head: "[", unit: "{},", tail: "1]" },
    depth: { unit: "[" },
    "depth of one element": { head: "[1,", unit: "[", tail: `${"]".repeat(SIZE)}]` },
    names: { head: "[{", unit: numbered('"k#":1,'), tail: '"x":1}]' },
    spaces: { head: "[1,", unit: "        ", tail: "2]" },
    "an endless string": { head: '["', unit: "\\\\\\u0041" },
    numbers: { head: "[", unit: "1,", tail: "1]" },
  },
  "a.jsonl": {
    lines: { head: '{"a":1}\n{"a":2}\n', unit: "{}\n" },
    "empty lines": { head: '{"a":1}\n{"a":2}\n', unit: "\n" },
    depth: { head: '{"a":1}\n{"a":2}\n', unit: '{"a":' },
    "one line": { head: '{"a":1}\n{"a":"', unit: "abcdefgh" },
  },
};

function mailHead(type: string): string {
  return `Message-ID: <1@x>\r\nSubject: s\r\nContent-Type: ${type}\r\n\r\n`;
}

function contentOf({ head = "", unit, tail = "", count }: Hostile): Uint8Array {
  const first = typeof unit === "string" ? unit : unit(0);
  const times = count ?? Math.ceil(SIZE / first.length);
  const units =
    typeof unit === "string"
      ? unit.repeat(times)
      : Array.from({ length: times }, (_, at) => unit(at)).join("");
  return new TextEncoder().encode(head + units + tail);
}

/** As large as files that are not read at once, handed out in blocks; notes what is asked for. */
function streamed(content: Uint8Array, name: string) {
  const told = { bytes: 0 };
  const source: DocumentSource = {
    name,
    size: DOCUMENT.readWholeMaxBytes + 1,
    read: async (offset, length) => content.subarray(offset, offset + length),
    stream: async () => {
      let at = 0;
      return new ReadableStream({
        pull(controller) {
          if (at >= content.length) {
            controller.close();
            return;
          }
          const piece = content.slice(at, at + DOCUMENT.blockBytes);
          at += piece.length;
          told.bytes += piece.length;
          controller.enqueue(piece);
        },
      });
    },
  };
  return { source, told };
}

/** The most bytes that were asked for between two turns of everybody else. */
async function longestStretch(
  told: { bytes: number },
  work: () => Promise<unknown>,
): Promise<{ bytes: number; result: unknown }> {
  let longest = 0;
  let before = 0;
  let isDone = false;
  const look = () => {
    longest = Math.max(longest, told.bytes - before);
    before = told.bytes;
  };
  const tick = () => {
    look();
    if (!isDone) {
      setTimeout(tick, 0);
    }
  };
  setTimeout(tick, 0);
  const result = await work().catch((error: unknown) => error);
  isDone = true;
  look();
  return { bytes: longest, result };
}

function cellsOf(rows: readonly unknown[]): number {
  return rows.reduce<number>(
    (cells, row) => cells + (typeof row === "object" && row !== null ? Object.keys(row).length : 1),
    0,
  );
}

describe("a text out of very many or very deep", () => {
  for (const [name, cases] of Object.entries(TEXTS)) {
    for (const [what, hostile] of Object.entries(cases)) {
      it(`${what}: ${name}`, { timeout: 60_000 }, async ({ expect }) => {
        const { source, told } = streamed(contentOf(hostile), name);
        const { bytes, result } = await longestStretch(told, () => extractText(source));
        expect(bytes).toBeLessThanOrEqual(MAX_BLOCKS_A_TURN * DOCUMENT.blockBytes);
        if (result instanceof Error) {
          expect(result).toBeInstanceOf(ActionFailure);
        } else {
          expect(result).toMatchObject({ text: expect.any(String) });
        }
      });
    }
  }
});

describe("rows out of very many or very deep", () => {
  for (const [name, cases] of Object.entries(ROWS)) {
    for (const [what, hostile] of Object.entries(cases)) {
      it(`${what}: ${name}`, { timeout: 60_000 }, async ({ expect }) => {
        const { source, told } = streamed(contentOf(hostile), name);
        const { bytes, result } = await longestStretch(told, () =>
          readRows(source, { limit: 100_000 }),
        );
        expect(bytes).toBeLessThanOrEqual(MAX_BLOCKS_A_TURN * DOCUMENT.blockBytes);
        if (Array.isArray(result)) {
          expect(cellsOf(result)).toBeLessThan(DOCUMENT.rowsMaxChars / 5);
        } else {
          expect(result).toBeInstanceOf(ActionFailure);
        }
      });
    }
  }
});
