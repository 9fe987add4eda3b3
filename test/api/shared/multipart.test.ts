import { describe, it } from "vitest";

import { BrokenMultipart, boundaryOf, readParts } from "../../../src/api/shared/request/multipart";
import { FILE } from "../../../src/limits";

const encoder = new TextEncoder();

/** The bytes as the platform hands out a request's. */
function streamOf(text: string): ReadableStream<Uint8Array> {
  const bytes = encoder.encode(text);
  return new ReadableStream({
    type: "bytes",
    start(controller) {
      if (bytes.length > 0) {
        controller.enqueue(bytes);
      }
      controller.close();
      // A read that is waiting when a byte stream closes is answered by this.
      controller.byobRequest?.respond(0);
    },
  });
}

async function read(stream: ReadableStream<Uint8Array>, boundary = "b") {
  const parts: {
    name: string | null;
    fileName: string | null;
    contentType: string | null;
    text: string;
  }[] = [];
  for await (const { content, ...part } of readParts(stream, boundary)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) {
      chunks.push(chunk.slice());
    }
    parts.push({ ...part, text: await new Blob(chunks).text() });
  }
  return parts;
}

const FORM = [
  "--b",
  'Content-Disposition: form-data; name="note"',
  "",
  "a\r\n--bit of it",
  "--b",
  'content-disposition: form-data; name="file"; filename="每日推特.txt"',
  "Content-Type: Text/Plain; charset=utf-8",
  "",
  "\r\n-- 内容 --b\r\n\r\n",
  "--b--",
  "",
].join("\r\n");

const PARTS = [
  { name: "note", fileName: null, contentType: null, text: "a\r\n--bit of it" },
  {
    name: "file",
    fileName: "每日推特.txt",
    contentType: "Text/Plain; charset=utf-8",
    text: "\r\n-- 内容 --b\r\n\r\n",
  },
];

describe("readParts", () => {
  it("finds the same parts wherever a read ends", async ({ expect }) => {
    const form = FORM.replaceAll(/^--b(?=\r|--)/gm, "--bx");
    const { length } = encoder.encode(form);
    for (let end = 0; end <= length; end += 1) {
      // The reader's own line break stands before everything.
      const preamble = "-".repeat(FILE.uploadReadBytes - end - 4);
      expect(await read(streamOf(`${preamble}\r\n${form}`), "bx")).toEqual(PARTS);
    }
  });

  it("takes what stands before the first boundary and behind the last for nothing", async ({
    expect,
  }) => {
    const form = FORM.replaceAll(/^--b(?=\r|--)/gm, "--bx");
    expect(await read(streamOf(`preamble\r\n${form}epilogue`), "bx")).toEqual(PARTS);
  });

  it("skips what its reader leaves of a part", async ({ expect }) => {
    const names: (string | null)[] = [];
    const form = FORM.replaceAll(/^--b(?=\r|--)/gm, "--bx");
    for await (const { name } of readParts(streamOf(form), "bx")) {
      names.push(name);
    }
    expect(names).toEqual(["note", "file"]);
  });

  it.for([
    ["nothing", ""],
    ["no boundary", "hello"],
    ["headers without an end", "--b\r\nContent-Disposition: form-data"],
    ["a part without an end", '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nhalf'],
    ["one dash too few", '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b-'],
    ["endless headers", `--b\r\n${"x".repeat(17 * 1024)}\r\n\r\n`],
  ])("throws on a body with %s", async ([, form = ""], { expect }) => {
    await expect(read(streamOf(form))).rejects.toThrow(BrokenMultipart);
  });
});

describe("boundaryOf", () => {
  it.for([
    ["multipart/form-data; boundary=abc", "abc"],
    ['Multipart/Form-Data; charset=utf-8; Boundary="a b;c"', "a b;c"],
    ["multipart/form-data", null],
    ["multipart/mixed; boundary=abc", null],
    ["application/json", null],
    [`multipart/form-data; boundary=${"x".repeat(71)}`, null],
    [null, null],
  ] as const)("of %s is %s", ([contentType, boundary], { expect }) => {
    expect(boundaryOf(contentType)).toBe(boundary);
  });
});
