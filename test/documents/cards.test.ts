/** Calendars, address cards and notebooks: what their readers see, not how the files keep it. */
import { describe, it } from "vitest";

import { extractText, readRows } from "../../src/documents";
import { sourceOf } from "./fixtures";

const read = async (content: string | Uint8Array, name: string) =>
  extractText(sourceOf(content, name));
const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const lines = (...all: string[]) => all.join("\r\n");

describe("a calendar", () => {
  it("is read unfolded, folds inside of a character too, with its escapes taken back", async ({
    expect,
  }) => {
    const { text, mimeType, metadata } = await read(
      latin1(
        lines(
          "BEGIN:VCALENDAR",
          "BEGIN:VTIMEZONE",
          "TZID:Europe/Oslo",
          "END:VTIMEZONE",
          "BEGIN:VEVENT",
          "DTSTART;TZID=Europe/Oslo:20240209T090000",
          "SUMMARY:Pl\xc3",
          " \xa4ne\\, bl",
          "\tau",
          'ATTENDEE;CN="Ann: head";RSVP=TRUE:mailto:ann@example.com',
          "DESCRIPTION:one\\nEND:VEVENT\\;",
          "ATTACH;FMTTYPE=image/png;ENCODING=BASE64;VALUE=BINARY:iVBORw0K",
          " GgoAAAA=",
          "END:VEVENT",
          "END:VCALENDAR",
        ),
      ),
      "invite.txt",
    );
    expect(mimeType).toBe("text/calendar");
    expect(metadata).toEqual({ charset: "utf-8" });
    expect(text.split("\n")).toEqual([
      "BEGIN:VCALENDAR",
      "BEGIN:VEVENT",
      "DTSTART;TZID=Europe/Oslo:20240209T090000",
      "SUMMARY:Pläne, blau",
      'ATTENDEE;CN="Ann: head";RSVP=TRUE:mailto:ann@example.com',
      "DESCRIPTION:one",
      "  END:VEVENT;",
      "END:VEVENT",
      "END:VCALENDAR",
    ]);
  });

  it("is unfolded where its pieces end in the middle of a fold", async ({ expect }) => {
    const filling = `X-A:${"a".repeat(4096 - 27)}`;
    const { text } = await read(
      lines("BEGIN:VCALENDAR", filling, " b", "X-B:c", " d", "END:VCALENDAR"),
      "a.ics",
    );
    expect(text).toBe(`BEGIN:VCALENDAR\n${filling}b\nX-B:cd\nEND:VCALENDAR`);
  });
});

describe("an address card", () => {
  it.for([
    [
      "of the older kind is quoted, folded where there is a space, and shows a picture",
      lines(
        "BEGIN:VCARD",
        "VERSION:2.1",
        "N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FC=",
        "ller;J=F6rg",
        "NOTE;QUOTED-PRINTABLE:one=0D=0Atwo = 2",
        "ORG:Harbour",
        " Board",
        "PHOTO;JPEG;BASE64:",
        " /9j/4AAQ",
        "",
        "END:VCARD",
      ),
      "BEGIN:VCARD\nVERSION:2.1\nN:Müller;Jörg\nNOTE:one\n  two = 2\nORG:Harbour Board\nEND:VCARD",
    ],
    [
      "of today folds anywhere",
      lines(
        "BEGIN:VCARD",
        "VERSION:4.0",
        "FN:Ann Exam",
        " ple",
        "ADR;TYPE=home:;;Quay 1\\, left;Oslo;;0150;",
        "PHOTO:data:image/png;base64,iVBORw0K",
        "END:VCARD",
        "BEGIN:VCARD",
        "FN:Bo",
        "END:VCARD",
      ),
      "BEGIN:VCARD\nVERSION:4.0\nFN:Ann Example\nADR;TYPE=home:;;Quay 1, left;Oslo;;0150;\nEND:VCARD\nBEGIN:VCARD\nFN:Bo\nEND:VCARD",
    ],
  ] as const)("%s", async ([, content, shown], { expect }) => {
    const { text, mimeType } = await read(content, "ann.vcf");
    expect(mimeType).toBe("text/vcard");
    expect(text).toBe(shown);
  });
});

const NOTEBOOK = {
  cells: [
    {
      cell_type: "markdown",
      metadata: { cells: [{ source: "not told" }] },
      source: ["# Tides\n", 'High "water" \\(x\\) ä'],
    },
    {
      cell_type: "code",
      execution_count: 1,
      outputs: [
        { output_type: "stream", text: ["10%\r50%\r100%\r\n", "\u001b[31mred\u001b[0m\n"] },
        {
          output_type: "execute_result",
          data: {
            "image/png": "iVBORw0KGgo=",
            "text/html": ["<b>a</b>"],
            "text/plain": "  a\n0 1",
          },
        },
        { output_type: "error", ename: "ValueError", evalue: "bad", traceback: ["\u001b[0mat 1"] },
      ],
      source: 'tide = {"a": 1}\nprint(tide)\n',
    },
    { cell_type: "raw", source: [] },
  ],
  nbformat: 4,
};

describe("a notebook", () => {
  it("is its cells and what they have put out", async ({ expect }) => {
    const { text, mimeType, truncated } = await read(JSON.stringify(NOTEBOOK, null, 1), "a.json");
    expect(mimeType).toBe("application/x-ipynb+json");
    expect(truncated).toBe(false);
    expect(text).toBe(
      '# Tides\nHigh "water" \\(x\\) ä\n\n```\ntide = {"a": 1}\nprint(tide)\n```\n\n100%\nred\n\n  a\n0 1\n\nValueError: bad',
    );
  });

  it("of the format before is told alike", async ({ expect }) => {
    const cells = [
      { cell_type: "heading", level: 2, source: "Old" },
      { cell_type: "code", input: ["1 + 1"], outputs: [{ output_type: "pyout", text: ["2"] }] },
    ];
    const { text } = await read(JSON.stringify({ worksheets: [{ cells }] }), "old.ipynb");
    expect(text).toBe("## Old\n\n```\n1 + 1\n```\n\n2");
  });

  it("that breaks off is told as far as it goes, and says so", async ({ expect }) => {
    const whole = JSON.stringify(NOTEBOOK);
    const { text, truncated } = await read(whole.slice(0, whole.indexOf("water") + 5), "a.ipynb");
    expect(text).toBe('# Tides\nHigh "water');
    expect(truncated).toBe(true);
  });

  it("stays JSON for who asks for its rows, as other files with cells stay", async ({ expect }) => {
    const source = sourceOf(JSON.stringify(NOTEBOOK), "a.ipynb");
    expect(await readRows(source, { limit: 5 })).toMatchObject([{ nbformat: 4 }]);
    const other = await read('{"cells":[{"type":"code"}]}', "a.json");
    expect(other.mimeType).toBe("application/json");
  });
});
