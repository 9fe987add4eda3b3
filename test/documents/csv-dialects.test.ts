/** CSV as programs write it, which is not always as RFC 4180 says. */
import { describe, it } from "vitest";

import { readRows } from "../../src/documents";
import { fixture, sourceOf } from "./fixtures";

const ALL = { limit: 1000 };
const rowsOf = (csv: string, name = "a.csv") => readRows(sourceOf(csv, name), ALL);

describe("quotes", () => {
  it("are characters inside a bare cell", async ({ expect }) => {
    expect(await readRows(await fixture("odd/inches.csv"), ALL)).toEqual([
      { part: "Pipe", size: '5" steel', qty: "2" },
      { part: "Bolt", size: "M6", qty: "10" },
    ]);
  });

  it("may follow spaces", async ({ expect }) => {
    expect(await readRows(await fixture("odd/n-space-before-quote.csv"), ALL)).toEqual([
      { a: "x", b: "y, z" },
    ]);
  });

  for (const [what, csv, row] of [
    ["not doubled inside a quoted cell", 'a,b\n"5" steel",2\n', { a: '5" steel', b: "2" }],
    ["ending before their cell does", 'a,b\n"Acme" Inc,"2"\n', { a: '"Acme" Inc', b: "2" }],
    ["doubled", 'a,b\n"say ""hi""",""\n', { a: 'say "hi"', b: "" }],
    ["around delimiters and line breaks", 'a,b\n"1,\r\n2",3', { a: "1,\r\n2", b: "3" }],
    ["followed by spaces", 'a,b\n"1" ,2\n', { a: "1", b: "2" }],
    ["of JSON inside a cell", 'a,b\n"{""k"": ""v, w""}",2\n', { a: '{"k": "v, w"}', b: "2" }],
  ] as const) {
    it(`are read ${what}`, async ({ expect }) => {
      expect(await rowsOf(csv)).toEqual([row]);
    });
  }

  it("that never close are named with their record", async ({ expect }) => {
    await expect(rowsOf('a,b\n1,2\n1,"2\n')).rejects.toMatchObject({
      code: "file_damaged",
      message: expect.stringContaining("record 3"),
    });
  });
});

describe("delimiters", () => {
  it("may be named in the first line", async ({ expect }) => {
    expect(await readRows(await fixture("odd/sep-semicolon.csv"), ALL)).toEqual([
      { name: "pen", qty: "2" },
    ]);
    expect(await rowsOf("sep=^\na^b\n1,2^3\n")).toEqual([{ a: "1,2", b: "3" }]);
  });

  it("show in records of different lengths", async ({ expect }) => {
    expect(await readRows(await fixture("odd/ragged.csv"), ALL)).toEqual([
      { name: "Ann", city: "Oslo", note: "" },
      { name: "Bo", city: "Rome", note: "ok" },
    ]);
    expect(await rowsOf("a|b|c\n1|2\n1|2|3,5\n")).toEqual([
      { a: "1", b: "2", c: "" },
      { a: "1", b: "2", c: "3,5" },
    ]);
  });

  it("inside quotes do not count", async ({ expect }) => {
    expect(await rowsOf('a;b\n"1,2,3";4\n"5,6,7";8\n')).toEqual([
      { a: "1,2,3", b: "4" },
      { a: "5,6,7", b: "8" },
    ]);
  });

  it("are the name's where nothing shows", async ({ expect }) => {
    expect(await rowsOf("name\nAnn\nBo\n")).toEqual([{ name: "Ann" }, { name: "Bo" }]);
  });
});

describe("columns", () => {
  it("keep what their names are", async ({ expect }) => {
    const [row] = await rowsOf("__proto__,constructor,a,a,a_4\n1,2,3,4,5,6\n");
    expect(JSON.stringify(row)).toBe(
      '{"__proto__":"1","constructor":"2","a":"3","a_4":"4","a_4_5":"5","column_6":"6"}',
    );
  });
});

describe("line breaks", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    it(`${JSON.stringify(end)} end records`, async ({ expect }) => {
      expect(await rowsOf(["a,b", "1,2", "", "3,4"].join(end))).toEqual([
        { a: "1", b: "2" },
        { a: "3", b: "4" },
      ]);
    });
  }

  it("lie anywhere between the pieces of a file", async ({ expect }) => {
    const csv = `a,b\r\n${Array.from({ length: 30_000 }, (_, at) => `${at},"x\r\n${at}"\r\n`).join("")}`;
    const rows = await readRows(sourceOf(csv, "a.csv"), { limit: 100_000 });
    expect(rows).toHaveLength(30_000);
    expect(
      rows.every((row, at) => JSON.stringify(row) === `{"a":"${at}","b":"x\\r\\n${at}"}`),
    ).toBe(true);
  });
});
