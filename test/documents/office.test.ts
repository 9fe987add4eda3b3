/** Files written by office programs: what one reads on the page is what comes out, in that order. */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { fixture } from "./fixtures";

const REPORT_BODY = `# Harbour report

The harbour was reopened[^1] in May; traffic doubled & costs fell[^2].

## What to do

1. Dredge the channel
  a) north arm
  b) south arm
2. Paint the lighthouse

Bring:

- rope
- lamp oil

## Ships

Ship\tFlag\tTons
Aurora\tNorway\t1,200
海星\t中国\t3,400

# 其他语言

港口于五月重新开放，运输量增加了一倍。

أعيد فتح الميناء في شهر مايو وتضاعفت حركة النقل 25 مرة.

Çağrı, naïve, Ωmega, Привет — done.[^3]

The last paragraph.

Boxed warning

[^1]: After the storm of 1987.
[^2]: See the table below.
[^3]: Translated by the crew.`;

describe("texts", () => {
  for (const [file, mimeType] of [
    ["report.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    ["report.odt", "application/vnd.oasis.opendocument.text"],
    ["report.rtf", "application/rtf"],
  ] as const) {
    it(`reads headings, lists, tables, notes and three scripts of LibreOffice's ${file}`, async ({
      expect,
    }) => {
      const found = await extractText(await fixture(`libreoffice/${file}`));
      expect(found.text).toBe(REPORT_BODY);
      expect(found).toMatchObject({
        mimeType,
        metadata: { title: "Harbour report", author: "Ada Pilot" },
        truncated: false,
      });
      expect(found.pages).toBeUndefined();
    });
  }

  it("leaves out deleted text and comments", async ({ expect }) => {
    for (const file of ["report.docx", "report.odt", "report.rtf"]) {
      const { text } = await extractText(await fixture(`libreoffice/${file}`));
      expect(text).not.toContain("withdrawn");
      expect(text).not.toContain("private remark");
    }
  });

  it("reads AbiWord's RTF, whose list items stand where others keep a bullet", async ({
    expect,
  }) => {
    const { text } = await extractText(await fixture("abiword/report.rtf"));
    expect(text).toContain("Bring:\n\n- rope\n- lamp oil\n\nShips");
    expect(text).toContain("海星\t中国\t3,400");
    expect(text).toContain("The last paragraph.\n\nBoxed warning\n\n[^1]: After the storm");
    expect(text).not.toContain("frame-type");
  });

  for (const file of ["notes.docx", "notes.odt", "notes.rtf"]) {
    it(`reads pandoc's ${file}`, async ({ expect }) => {
      const { text } = await extractText(await fixture(`pandoc/${file}`));
      expect(text).toContain("# Lighthouse\n\nThe lamp burns[^1] all night. 灯塔照亮了海面。");
      expect(text).toContain("Night\tShips\nMon\t4\nTue\t7");
      expect(text).toContain("[^1]: With rape oil, since 1820.");
    });
  }

  it("reads python-docx's lists by style, a table in a cell, and no hidden text", async ({
    expect,
  }) => {
    const { text, metadata } = await extractText(await fixture("python/python-docx.docx"));
    expect(text).toBe(
      "# Minutes\n\n# Decisions\n\n1. Buy rope\n2. Sell the old lamp\n- soon\n\n" +
        "Who\tWhat\nAda and Bo\tinner cell\n\nSeen\n\nAfter\tthe break",
    );
    expect(metadata).toMatchObject({ title: "Minutes", author: "Bo" });
  });
});

const COSTS = `Item\tDate\tShare\tPrice
Rope\t2026-05-04\t12.5%\t€ 1,234.50
Lamp oil\t\t0.3\t€ 65.50

Total\t\t\t€ 1,300.00
Paid\tTRUE\t#DIV/0!`;

describe("spreadsheets", () => {
  for (const file of [
    "libreoffice/book.xlsx",
    "libreoffice/book.ods",
    "gnumeric/book.xlsx",
    "gnumeric/book.ods",
  ]) {
    it(`reads the sheets of ${file} as their cells are shown`, async ({ expect }) => {
      const { pages, pageUnit, metadata } = await extractText(await fixture(file));
      expect(pageUnit).toBe("sheet");
      expect(pages).toEqual([
        { number: 1, name: "Costs", text: COSTS },
        { number: 2, name: "数据", text: "城市\t人口\n上海\t24870895" },
        { number: 3, name: "Empty", text: "" },
        { number: 4, name: "بيانات", text: "\tمدينة\tالقاهرة" },
      ]);
      expect(metadata).toMatchObject({ title: "Harbour costs", author: "Ada Pilot" });
    });
  }

  it("heads each sheet with its number and name in the whole text", async ({ expect }) => {
    const { text } = await extractText(await fixture("libreoffice/book.xlsx"));
    expect(text).toContain("[sheet 2: 数据]\n城市\t人口");
  });

  it("reads inline texts, formats of their own and days counted from 1904", async ({ expect }) => {
    const { pages } = await extractText(await fixture("python/xlsxwriter.xlsx"));
    expect(pages?.[0]?.text).toBe(
      "When\tWhat\tCost\n04/05/2026 09:30\t灯塔 & رصيف\t-1,234.50 EUR\n\nFALSE\t\t\t\t\t0.3",
    );
  });

  it("keeps long numbers whole, and hidden sheets", async ({ expect }) => {
    const { pages } = await extractText(await fixture("python/openpyxl.xlsx"));
    expect(pages).toEqual([
      {
        number: 1,
        name: "Rows",
        text: "id\tname\tborn\n7\tAda\t1815-12-10\n123456789012\tBo\nmerged",
      },
      { number: 2, name: "Hidden", text: "\tkept" },
    ]);
  });
});

describe("presentations", () => {
  it("reads LibreOffice's PPTX slide by slide, with tables and notes", async ({ expect }) => {
    const { pages, pageUnit } = await extractText(await fixture("libreoffice/talk.pptx"));
    expect(pageUnit).toBe("slide");
    expect(pages).toEqual([
      {
        number: 1,
        text:
          "The harbour opens\n\nDredging is done\n  north arm first\nShips return\n\n" +
          "Notes: Smile at the mayor.",
      },
      { number: 2, text: "数字\n\nYear\tShips\n2026\t412" },
      { number: 3, text: "شكرا لكم" },
    ]);
  });

  it("reads LibreOffice's ODP alike", async ({ expect }) => {
    const { pages } = await extractText(await fixture("libreoffice/talk.odp"));
    expect(pages).toEqual([
      {
        number: 1,
        text:
          "The harbour opens\n\n- Dredging is done\n  - north arm first\n- Ships return\n\n" +
          "Notes: Smile at the mayor.",
      },
      { number: 2, text: "数字\n\nYear\tShips\n2026\t412" },
      { number: 3, text: "شكرا لكم" },
    ]);
  });

  for (const file of ["pandoc/notes.pptx", "libreoffice/notes.odp"]) {
    it(`makes the titles of ${file} headings`, async ({ expect }) => {
      const { pages } = await extractText(await fixture(file));
      expect(pages?.map(({ text }) => text.split("\n")[0])).toEqual([
        "# Lighthouse notes",
        "# Lighthouse",
        "lamp --on",
        "# Notes",
      ]);
    });
  }
});
