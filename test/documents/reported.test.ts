/** Inputs of the kinds that readers of documents elsewhere were reported to get wrong. */
import { describe, it } from "vitest";

import { extractText, readRows } from "../../src/documents";
import { zipFile } from "../support/zip-file";
import { sourceOf } from "./fixtures";
import { relations, textOf } from "./office-package";

const document = (body: string) =>
  textOf("word/document.xml", { "word/document.xml": `<document><body>${body}</body></document>` });
const run = (text: string) => `<r><t xml:space="preserve">${text}</t></r>`;
const fieldChar = (type: string) => `<r><fldChar fldCharType="${type}"/></r>`;
const cell = (text: string) => `<tc><p>${run(text)}</p></tc>`;

describe("DOCX", () => {
  it.for([
    [
      "smart tags and custom markup",
      `<p>${run("STA")}<smartTag>${run("RT")}</smartTag><customXml>${run("!")}</customXml></p>`,
      "START!",
    ],
    [
      "a link whose address is a field's code",
      `<p>${fieldChar("begin")}<r><instrText>HYPERLINK https://a.example normalLink \\tdft</instrText></r>${fieldChar("separate")}${run("Click me")}${fieldChar("end")}</p>`,
      "Click me",
    ],
    [
      "a field that ends inside of deleted text",
      `<p>${fieldChar("begin")}<r><instrText>HYPERLINK "x"</instrText></r>${fieldChar("separate")}${run("one")}<del>${fieldChar("end")}</del></p><p>${run("two")}</p>`,
      "one\n\ntwo",
    ],
    [
      "a field without a result, and one inside another's code",
      `<p>${run("a")}${fieldChar("begin")}<r><instrText>IF </instrText></r>${fieldChar("begin")}<r><instrText>PAGE</instrText></r>${fieldChar("separate")}${run("7")}${fieldChar("end")}<r><instrText> = 7</instrText></r>${fieldChar("separate")}${run("b")}${fieldChar("end")}${run("c")}</p>`,
      "abc",
    ],
    [
      "text behind a field that has no end",
      `<p>${run("a")}${fieldChar("begin")}<r><instrText>PAGE</instrText></r></p><p>${run("b")}</p>`,
      "a\n\nb",
    ],
    [
      "controls around blocks, runs, rows and cells",
      `<sdt><sdtPr><alias val="no"/></sdtPr><sdtContent><p>${run("one ")}<sdt><sdtContent>${run("two")}</sdtContent></sdt></p></sdtContent></sdt><tbl><sdt><sdtContent><tr>${cell("a")}<sdt><sdtContent>${cell("b")}</sdtContent></sdt></tr></sdtContent></sdt></tbl>`,
      "one two\n\na\tb",
    ],
    [
      "tracked changes as they would be accepted",
      `<p>${run("T")}<ins>${run("wo")}</ins><del><r><delText>hree</delText></r></del><moveFrom>${run(" gone")}</moveFrom><moveTo>${run(" here")}</moveTo></p>`,
      "Two here",
    ],
    [
      "formulas",
      `<p>${run("so ")}<oMath><r><t>x</t></r><sSup><e><r><t>y</t></r></e><sup><r><t>2</t></r></sup></sSup></oMath></p>`,
      "so xy²",
    ],
    [
      "hyphens, tabs, breaks and symbols that are elements",
      `<p><r><t>e</t><noBreakHyphen/><t>mail</t><tab/><t>a</t><br/><t>b</t><cr/><t>c</t><softHyphen/><t>d</t></r></p>`,
      "e-mail\ta\nb\ncd",
    ],
  ] as const)("reads %s", async ([, body, text], { expect }) => {
    expect((await document(body)).replaceAll("\u2011", "-").replaceAll("\u00ad", "")).toBe(text);
  });
});

function sheet(cells: string, parts: Record<string, string> = {}): Promise<string> {
  return textOf("xl/workbook.xml", {
    "xl/workbook.xml": '<workbook><sheets><sheet name="A" id="r1"/></sheets></workbook>'.replace(
      ' id="r1"',
      ' r:id="r1"',
    ),
    "xl/_rels/workbook.xml.rels": relations(
      ["worksheet", "sheet.xml"],
      ["sharedStrings", "strings.xml"],
      ["styles", "styles.xml"],
    ),
    "xl/sheet.xml": `<worksheet><sheetData><row r="1">${cells}</row></sheetData></worksheet>`,
    ...parts,
  });
}

describe("XLSX", () => {
  it.for([
    ["dates of the strict edition", '<c r="A1" t="d"><v>2024-02-09</v></c>', "2024-02-09"],
    [
      "formatted text inside a cell",
      '<c r="A1" t="inlineStr"><is><r><t>bold</t></r><r><t xml:space="preserve"> plain</t></r></is></c>',
      "bold plain",
    ],
    ["texts that formulas give", '<c r="A1" t="str"><f>A2&amp;"x"</f><v>made</v></c>', "made"],
    ["cells without addresses", "<c><v>1</v></c><c><v>2</v></c>", "1\t2"],
    [
      "truth values and errors",
      '<c r="A1" t="b"><v>1</v></c><c r="B1" t="e"><v>#N/A</v></c>',
      "TRUE\t#N/A",
    ],
    [
      "escapes of control characters",
      '<c r="A1" t="inlineStr"><is><t>a_x000D_b_x005F_x0041_</t></is></c>',
      "a b_x0041_",
    ],
  ] as const)("reads %s", async ([, cells, text], { expect }) => {
    expect(await sheet(cells)).toBe(`[sheet 1: A]\n${text}`);
  });
});

const mail = async (lines: readonly string[], eol = "\r\n") =>
  (await extractText(sourceOf(["Message-ID: <1@x>", "Subject: s", ...lines].join(eol), "a.eml")))
    .text;
const twoParts = (boundary: string) => [
  "",
  `--${boundary}`,
  "Content-Type: text/plain",
  "",
  "hello",
  `--${boundary}`,
  'Content-Type: application/pdf; name="a.pdf"',
  "",
  "x",
  `--${boundary}--`,
];
const FOUND = "Subject: s\n\nhello\n\nAttachments: a.pdf";

describe("mail", () => {
  it.for([
    [
      "a charset in single quotes, spaces around its sign",
      [
        "Content-Type: multipart/mixed; charset = 'UTF-8';",
        ' boundary="----------=_1533675981-30424-318"',
        ...twoParts("----------=_1533675981-30424-318"),
      ],
      FOUND,
    ],
    [
      "a boundary with an equals sign and no quotes",
      [
        "Content-Type: multipart/mixed; boundary=----=_NextPart_de9a; charset=utf-8",
        ...twoParts("----=_NextPart_de9a"),
      ],
      FOUND,
    ],
    [
      "a boundary that is folded inside of its quotes",
      ['Content-Type: multipart/mixed; boundary="=_a', ' b"', ...twoParts("=_a b")],
      FOUND,
    ],
    [
      "a type that is said twice",
      [
        "Content-Type: multipart/mixed; boundary=used",
        "X-Old: y",
        "Content-Type: multipart/alternative; boundary=unused",
        ...twoParts("used"),
      ],
      FOUND,
    ],
    [
      "parameters without a space between them",
      [
        'Content-Type: text/plain; charset="iso-8859-2";format="flowed"',
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "=B1=E6 x=20",
        "y",
      ],
      "Subject: s\n\nąć x y",
    ],
    [
      "a charset that the page itself says",
      [
        "Content-Type: text/html",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        '<html><head><meta http-equiv=3D"Content-Type" content=3D"text/html; charset=',
        '=3Diso-8859-1"></head><body>S=F8ren</body></html>',
      ],
      "Subject: s\n\nSøren",
    ],
    [
      "base64 with an end in its middle",
      [
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        "aGVsbG8=",
        "IHdvcmxk",
      ],
      "Subject: s\n\nhello world",
    ],
    [
      "upper-case and padded names",
      [
        "CONTENT-TYPE: TEXT/PLAIN; CHARSET=UTF-8",
        "CONTENT-TRANSFER-ENCODING:  BASE64 ",
        "",
        "aGVsbG8=",
      ],
      "Subject: s\n\nhello",
    ],
  ] as const)("reads %s", async ([, lines, text], { expect }) => {
    expect(await mail(lines)).toBe(text);
    expect(await mail(lines, "\n")).toBe(text);
  });
});

const rows = (text: string) => readRows(sourceOf(text, "a.csv"), { limit: 100 });

describe("CSV", () => {
  it("takes inches for what they are", async ({ expect }) => {
    const text = "color; size; price\nblue; 6'5\"; $5.00\nred; 2'8\"; $2.50\n";
    expect(await rows(text)).toMatchObject([{ color: "blue" }, { color: "red" }]);
  });

  it("takes spaces before a quote for none", async ({ expect }) => {
    expect(await rows('"a", "b", "c"\n"d","e","f"\n')).toEqual([{ a: "d", b: "e", c: "f" }]);
  });

  it("keeps line ends of the other kind inside of cells", async ({ expect }) => {
    const text =
      'first-row,"Line ""with quoted"" text\n\nFoo"\r\nsecond-row,"other \n\nend"\r\nlast,\r\n';
    expect(await rows(text)).toEqual([
      { "first-row": "second-row", 'Line "with quoted" text\n\nFoo': "other \n\nend" },
      { "first-row": "last", 'Line "with quoted" text\n\nFoo': "" },
    ]);
    expect(await rows('"a\rb",c\n1,2\n')).toEqual([{ "a\rb": "1", c: "2" }]);
  });

  it("finds the separator behind a long cell of lines", async ({ expect }) => {
    const long = "one, two, three,\n".repeat(30).trim();
    expect(await rows(`"${long}";b\n"${long}";2\n`)).toEqual([{ [long]: long, b: "2" }]);
  });
});

const rtf = async (body: string) =>
  (await extractText(sourceOf(`{\\rtf1\\ansi\\ansicpg1252 ${body}}`, "a.rtf"))).text;

describe("RTF", () => {
  it.for([
    [
      "links by what they show",
      '{\\field{\\*\\fldinst{HYPERLINK "https://a.example"}}{\\fldrslt{a {\\b link}}}} end',
      "a link end",
    ],
    [
      "raised letters on the lines of Cocoa",
      "In 5\n\\fs20 \\super th\n\\fs34 \\nosupersub  grade",
      "In 5th grade",
    ],
    ["characters beyond the first plane", "\\uc0\\u-10179 \\u-8704 x", "\u{1F600}x"],
    ["fallbacks that are escapes", "\\uc1\\u8364\\'80 5", "€ 5"],
    [
      "tables inside tables, a line a row",
      "\\trowd\\cellx1\\cellx2\\pard\\intbl a\\cell b\\cell\\row\\pard end",
      "a\tb\n\nend",
    ],
  ] as const)("reads %s", async ([, body, text], { expect }) => {
    expect(await rtf(body)).toBe(text);
  });
});

describe("ODT", () => {
  it("reads sections, and indices with their titles", async ({ expect }) => {
    const body =
      '<section><p>in a section</p><section><p>and inside</p></section></section><table-of-content><index-body><index-title><p>Contents</p></index-title><p>1 One<tab/>7</p></index-body></table-of-content><p>a<s c="3"/>b<span>c<line-break/>d</span><bookmark-ref>e</bookmark-ref></p>';
    const file = await zipFile([
      { name: "mimetype", content: "application/vnd.oasis.opendocument.text" },
      {
        name: "content.xml",
        content: `<document-content><body><text>${body}</text></body></document-content>`,
      },
    ]);
    const { text } = await extractText(sourceOf(file, "a.odt"));
    expect(text).toBe("in a section\n\nand inside\n\nContents\n\n1 One\t7\n\na   bc\nde");
  });
});
