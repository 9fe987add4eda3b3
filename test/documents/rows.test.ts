import { describe, it } from "vitest";

import { readRows } from "../../src/documents";
import { DOCUMENT } from "../../src/limits";
import { fixture, sourceOf } from "./fixtures";

const ALL = { limit: 1000 };

describe("CSV", () => {
  it("makes objects of the records, keyed by the first", async ({ expect }) => {
    const csv = 'id,name\r\n007,"Doe, ""Jo"""\r\n8,"two\nlines"\r\n';
    expect(await readRows(sourceOf(csv, "a.csv"), ALL)).toEqual([
      { id: "007", name: 'Doe, "Jo"' },
      { id: "8", name: "two\nlines" },
    ]);
  });

  it("finds semicolons and tabs, in legacy encodings too", async ({ expect }) => {
    expect(await readRows(sourceOf("a;b\n1,5;2\n", "a.csv"), ALL)).toEqual([{ a: "1,5", b: "2" }]);
    expect(await readRows(sourceOf("a\tb\n1\t2\n", "a.txt"), ALL)).toEqual([{ a: "1", b: "2" }]);
    expect(await readRows(await fixture("plain/gb18030.csv"), ALL)).toEqual([
      { 名称: "灯塔", 城市: "上海" },
    ]);
  });

  it("names columns that have no name or the same, and keeps short and long records", async ({
    expect,
  }) => {
    expect(await readRows(sourceOf("a,,a\n1\n1,2,3,4\n", "a.csv"), ALL)).toEqual([
      { a: "1", column_2: "", a_3: "" },
      { a: "1", column_2: "2", a_3: "3", column_4: "4" },
    ]);
  });

  it("refuses a quote that never ends, and prose", async ({ expect }) => {
    await expect(readRows(sourceOf('a,b\n1,"2\n', "a.csv"), ALL)).rejects.toMatchObject({
      code: "file_damaged",
    });
    await expect(readRows(sourceOf("Dear all,\nhello\n", "a.txt"), ALL)).rejects.toMatchObject({
      code: "file_unsupported",
    });
  });

  it("stops reading at the limit", async ({ expect }) => {
    const source = sourceOf(`a,b\n${"1,2\n".repeat(3_000_000)}`, "a.csv");
    let handedOut = 0;
    const counted = {
      ...source,
      stream: async () =>
        (await source.stream()).pipeThrough(
          new TransformStream<Uint8Array, Uint8Array>({
            transform(piece, controller) {
              handedOut += piece.length;
              controller.enqueue(piece);
            },
          }),
        ),
    };
    expect(await readRows(counted, { limit: 2 })).toHaveLength(2);
    expect(handedOut).toBeLessThan(1_000_000);
  });
});

describe("JSON", () => {
  it("gives the elements of an array, and any other value as one row", async ({ expect }) => {
    expect(await readRows(sourceOf('[1, {"a": 2}]', "a.json"), ALL)).toEqual([1, { a: 2 }]);
    expect(await readRows(sourceOf('{"a": [1]}', "a.json"), ALL)).toEqual([{ a: [1] }]);
    expect(await readRows(sourceOf("[1, 2, 3]", "a.json"), { limit: 2 })).toEqual([1, 2]);
  });

  it("gives a row a line of JSONL, empty lines left out", async ({ expect }) => {
    const lines = '{"a":1}\n\n{"a":"港口"}\r\n{"a":3}';
    expect(await readRows(sourceOf(lines, "a.jsonl"), ALL)).toEqual([
      { a: 1 },
      { a: "港口" },
      { a: 3 },
    ]);
  });

  it("says in which line JSONL is broken", async ({ expect }) => {
    await expect(readRows(sourceOf('{"a":1}\n{"a":', "a.jsonl"), ALL)).rejects.toMatchObject({
      code: "file_damaged",
      message: expect.stringContaining("Line 2"),
    });
  });

  it("refuses a file too large to be parsed whole without reading it", async ({ expect }) => {
    const head = new TextEncoder().encode(`[${"1,".repeat(DOCUMENT.sniffBytes)}`);
    const huge = {
      name: "a.json",
      size: DOCUMENT.jsonMaxBytes + 1,
      read: async (offset: number, length: number) => head.slice(offset, offset + length),
      stream: () => Promise.reject(new Error("not to be read")),
    };
    await expect(readRows(huge, ALL)).rejects.toMatchObject({ code: "file_too_large" });
  });
});

it("reads no rows from other formats", async ({ expect }) => {
  await expect(readRows(await fixture("libreoffice/book.xlsx"), ALL)).rejects.toMatchObject({
    code: "file_unsupported",
  });
});

describe("JSONL of very short lines", () => {
  it("leaves others their turns while it is read", async ({ expect }) => {
    let turns = 0;
    const others = setInterval(() => {
      turns += 1;
    }, 0);
    // A single piece, between which and the next there would be one turn.
    const lines = DOCUMENT.blockBytes / 2 - 1;
    const rows = await readRows(sourceOf("1\n".repeat(lines), "a.jsonl"), { limit: lines });
    clearInterval(others);
    expect(rows).toHaveLength(lines);
    expect(turns).toBeGreaterThanOrEqual(7);
  });
});
