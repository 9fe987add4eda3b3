import { describe, it } from "vitest";

import { attachment, parseDisposition } from "../../../src/api/shared/reply/content-disposition";

describe("parseDisposition", () => {
  it.for([
    ["curl and browsers", 'form-data; name="file"; filename="每日推特.txt"', "每日推特.txt"],
    [
      "a browser's quote",
      'form-data; name="file"; filename="say %22hi%22 50%.txt"',
      'say "hi" 50%.txt',
    ],
    [
      "a backslashed quote",
      String.raw`form-data; name="file"; filename="say \"hi\".txt"`,
      'say "hi".txt',
    ],
    [
      "a Windows path",
      String.raw`form-data; name="file"; filename="C:\temp\a.txt"`,
      String.raw`C:\temp\a.txt`,
    ],
    ["no quotes", "form-data; name=file; filename=a.txt", "a.txt"],
    ["a semicolon inside", 'form-data; name="file"; filename="a;b.txt"', "a;b.txt"],
    [
      "RFC 5987, preferred",
      `form-data; name="file"; filename="_.txt"; filename*=UTF-8''%e6%af%8f.txt`,
      "每.txt",
    ],
    ["RFC 5987 in Latin-1", `form-data; name="file"; filename*=iso-8859-1'en'%e9.txt`, "é.txt"],
    [
      "RFC 5987 that is broken",
      `form-data; name="file"; filename="a.txt"; filename*=UTF-8''%e6.txt`,
      "a.txt",
    ],
    ["RFC 2047 in base64", 'form-data; name="file"; filename="=?UTF-8?B?5q+PLnR4dA==?="', "每.txt"],
    [
      "RFC 2047 quoted",
      'form-data; name="file"; filename="=?utf-8?q?caf=C3=A9_1.txt?="',
      "café 1.txt",
    ],
    ["an unknown charset", 'form-data; name="file"; filename="=?x-none?q?a?="', "=?x-none?q?a?="],
    ["no file name", 'form-data; name="file"', null],
  ] as const)("reads the file name of %s", ([, header, fileName], { expect }) => {
    expect(parseDisposition(header)).toEqual({ name: "file", fileName });
  });

  it("has no name where the header has none", ({ expect }) => {
    expect(parseDisposition("attachment")).toEqual({ name: null, fileName: null });
  });
});

describe("attachment", () => {
  it("carries a name of any script, and an ASCII one that cannot break the header", ({
    expect,
  }) => {
    const header = attachment('每日"\\推特(1).txt');
    expect(header).toBe(
      `attachment; filename="______(1).txt"; filename*=UTF-8''%E6%AF%8F%E6%97%A5%22%5C%E6%8E%A8%E7%89%B9%281%29.txt`,
    );
    expect(parseDisposition(header).fileName).toBe('每日"\\推特(1).txt');
  });
});
