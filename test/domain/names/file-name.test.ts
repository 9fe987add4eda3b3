import { describe, it } from "vitest";

import { mediaTypeOf, safeFileName } from "../../../src/domain/names/file-name";

describe("safeFileName", () => {
  it.for([
    ["每日推特.txt", "每日推特.txt"],
    ["../../etc/passwd", "passwd"],
    [String.raw`C:\temp\a.txt`, "a.txt"],
    ["a\r\nSet-Cookie: b\0.txt", "aSet-Cookie: b.txt"],
    ["invoice\u202Etxt.exe", "invoicetxt.exe"],
    ["👩‍👩‍👧.png", "👩‍👩‍👧.png"],
    ["half \ud800.txt", "half \ufffd.txt"],
    ["", "file"],
    ["..", "file"],
    [" / ", "file"],
  ] as const)("makes %j into %j", ([given, safe], { expect }) => {
    expect(safeFileName(given)).toBe(safe);
  });

  it("cuts to 255 characters, keeps the extension and halves no character", ({ expect }) => {
    const long = safeFileName(`${"😀".repeat(200)}.jsonl`);
    expect(long.length).toBeLessThanOrEqual(255);
    expect(long).toMatch(/😀\.jsonl$/u);
    expect(long.isWellFormed()).toBe(true);
  });
});

describe("mediaTypeOf", () => {
  it.for([
    ["a.txt", "application/pdf", "application/pdf"],
    ["a.JSONL", null, "application/jsonl"],
    ["a.jsonl", "application/octet-stream", "application/jsonl"],
    ["a.unknown", null, "application/octet-stream"],
    ["a.constructor", null, "application/octet-stream"],
    ["noextension", null, "application/octet-stream"],
    ["a.txt", "text/html\r\nX: y", "text/plain"],
    ["a.txt", "Text/Plain; charset=UTF-8", "text/plain"],
    ["a.csv", 'text/csv; header=present; charset="Shift_JIS"', "text/csv; charset=shift_jis"],
    ["a.csv", "text/csv;charset=cp932", "text/csv; charset=shift_jis"],
    ["a.csv", "text/csv; charset=none-such\r\nX: y", "text/csv"],
  ] as const)("of %s claimed as %s is %s", ([name, claimed, type], { expect }) => {
    expect(mediaTypeOf(name, claimed)).toBe(type);
  });
});
