import { describe, it } from "vitest";

import { BrokenMultipart, boundaryOf, readParts } from "../../../src/api/shared/multipart";

const encoder = new TextEncoder();

/** A stream whose chunks are cut at these places. */
function streamOf(text: string, cuts: number[] = []): ReadableStream<Uint8Array> {
  const bytes = encoder.encode(text);
  const edges = [0, ...cuts, bytes.length];
  return new ReadableStream({
    start(controller) {
      for (const [index, start] of edges.slice(0, -1).entries()) {
        const chunk = bytes.slice(start, edges[index + 1]);
        if (chunk.length > 0) {
          controller.enqueue(chunk);
        }
      }
      controller.close();
    },
  });
}

async function read(stream: ReadableStream<Uint8Array>, boundary = "b") {
  const parts: {
    name: string | null;
    fileName: string | null;
    mediaType: string | null;
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
  { name: "note", fileName: null, mediaType: null, text: "a\r\n--bit of it" },
  {
    name: "file",
    fileName: "每日推特.txt",
    mediaType: "text/plain",
    text: "\r\n-- 内容 --b\r\n\r\n",
  },
];

describe("readParts", () => {
  it("finds the same parts wherever the network cuts the body", async ({ expect }) => {
    const boundary = "bx";
    const form = FORM.replaceAll(/^--b(?=\r|--)/gm, "--bx");
    const length = encoder.encode(form).length;
    for (let cut = 0; cut <= length; cut += 1) {
      expect(await read(streamOf(form, [cut]), boundary)).toEqual(PARTS);
    }
    const everywhere = Array.from({ length: length - 1 }, (_, index) => index + 1);
    expect(await read(streamOf(form, everywhere), boundary)).toEqual(PARTS);
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
