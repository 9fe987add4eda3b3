/** What mails hold beside MIME's texts: files in uuencode, invitations, packs of Outlook's. */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { sourceOf } from "./fixtures";

const read = (content: string | Uint8Array, name = "a.eml") => extractText(sourceOf(content, name));
const mail = (header: string, ...body: string[]) =>
  ["From: ann@example.com", "Subject: s", "MIME-Version: 1.0", header, "", ...body].join("\r\n");

/** As `uuencode` of sharutils writes it. */
const UU = ["begin 644 a b.txt", "#0V%T", "`", "end"];

describe("a file in uuencode", () => {
  it("is told by its name, and the text around it is kept", async ({ expect }) => {
    const base64 = ["begin-base64 644 c.bin", "Q2F0", "===="];
    const { text, metadata } = await read(
      mail(
        "Content-Type: text/plain",
        "before",
        ...UU,
        ...base64,
        "after",
        "begin 644 of them",
        "went home",
        "end",
      ),
    );
    expect(text).toBe(
      "From: ann@example.com\nSubject: s\n\nbefore\nafter\nbegin 644 of them\nwent home\nend\n\nAttachments: a b.txt, c.bin",
    );
    expect(metadata["attachments"]).toBe("a b.txt, c.bin");
  });

  it("that does not end is text", async ({ expect }) => {
    const { text, metadata } = await read(mail("Content-Type: text/plain", ...UU.slice(0, 3)));
    expect(text).toMatch(/begin 644 a b.txt\n#0V%T\n`$/);
    expect(metadata).not.toHaveProperty("attachments");
  });

  it("is the text itself where the part says that it is sent so", async ({ expect }) => {
    const { text } = await read(
      mail(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: x-uuencode",
        "begin 644 body.txt",
        "(0V%TPZ0@8G4",
        "`",
        "end",
      ),
    );
    expect(text).toMatch(/\n\nCatä bu$/);
  });
});

const CALENDAR = [
  "BEGIN:VCALENDAR",
  "METHOD:REQUEST",
  "BEGIN:VEVENT",
  "DTSTART:20240209T0",
  " 90000Z",
  "LOCATION:Quay\\, left",
  "END:VEVENT",
  "END:VCALENDAR",
];
const part = (type: string, ...lines: string[]) => ["--b", `Content-Type: ${type}`, "", ...lines];

describe("an invitation", () => {
  const told =
    "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nDTSTART:20240209T090000Z\nLOCATION:Quay, left\nEND:VEVENT\nEND:VCALENDAR";

  it.for([
    ["behind its words", part("text/plain", "Come!"), `Come!\n\n${told}`],
    [
      "behind the page, where the plain text is empty",
      [...part("text/plain", ""), ...part("text/html", "<p>Come, <b>all</b>")],
      `Come, all\n\n${told}`,
    ],
    ["alone", [], told],
  ] as const)("is read %s", async ([, others, text], { expect }) => {
    const calendar = part("text/calendar; method=REQUEST; charset=utf-8", ...CALENDAR);
    const found = await read(
      mail("Content-Type: multipart/alternative; boundary=b", ...others, ...calendar, "--b--"),
    );
    expect(found.text).toBe(`From: ann@example.com\nSubject: s\n\n${text}`);
    expect(found.metadata).not.toHaveProperty("attachments");
  });

  it("that is attached is told by its name", async ({ expect }) => {
    const type = 'text/calendar; name="a.ics"\r\nContent-Disposition: attachment; filename="a.ics"';
    const found = await read(
      mail(
        "Content-Type: multipart/mixed; boundary=b",
        ...part("text/plain", "See."),
        ...part(type, ...CALENDAR),
        "--b--",
      ),
    );
    expect(found.text).toMatch(/\n\nSee\.\n\nAttachments: a\.ics$/);
  });
});

const number = (value: number, bytes = 4) =>
  Array.from({ length: bytes }, (_, at) => (value >>> (8 * at)) & 0xff);
const bytesOf = (text: string) => [...new TextEncoder().encode(text)];
const utf16 = (text: string) => Array.from(text).flatMap((char) => number(char.charCodeAt(0), 2));

function attribute(level: number, tag: number, data: number[]): number[] {
  const sum = data.reduce((total, byte) => (total + byte) & 0xffff, 0);
  return [level, ...number(tag), ...number(data.length), ...data, ...number(sum, 2)];
}

function property(id: number, type: number, data: number[]): number[] {
  const padding = Array.from({ length: -data.length & 3 }, () => 0);
  return [
    ...number(id * 0x10000 + type),
    ...number(1),
    ...number(data.length),
    ...data,
    ...padding,
  ];
}

const properties = (...all: number[][]) => [...number(all.length), ...all.flat()];
const named = [
  ...number(0x8001_000b),
  ...Array<number>(16).fill(7),
  ...number(1),
  ...number(6),
  ...utf16("own"),
  0,
  0,
  ...number(1),
];
const several = [
  ...number(0x0e05_101e),
  ...number(2),
  ...number(2),
  65,
  0,
  0,
  0,
  ...number(2),
  66,
  0,
  0,
  0,
];

function pack(...message: number[][]): Uint8Array {
  const file = (title: string, long?: string) => [
    ...attribute(2, 0x0006_9002, Array<number>(14).fill(0)),
    ...attribute(2, 0x0001_8010, [...bytesOf(title), 0]),
    ...attribute(2, 0x0006_800f, bytesOf("data of the file")),
    ...(long === undefined
      ? []
      : attribute(2, 0x0006_9005, properties(property(0x3707, 0x1f, [...utf16(long), 0, 0])))),
  ];
  return Uint8Array.from([
    ...number(0x223e_9f78),
    ...number(1, 2),
    ...attribute(1, 0x0006_9007, [...number(1251), ...number(0)]),
    ...attribute(1, 0x0006_9003, properties(named, several, ...message)),
    ...file("REPORT~1.DOC", "Отчёт 2024.docx"),
    ...file("plan.pdf"),
  ]);
}

const ENDS = [0, 0];
const sender = [
  property(0x0c1a, 0x1e, [0xc0, 0xed, 0xed, 0xe0, 0]),
  property(0x0c1f, 0x1f, [...utf16("anna@example.com"), ...ENDS]),
];
const subject = property(0x0037, 0x1f, [...utf16("Plans"), ...ENDS]);
const rtf = "{\\rtf1\\ansi\\pard The plan\\par}";

/** Letters as they are, and `\\rtf1\\ansi` by its place in what both sides know. */
function packedRtf(): number[] {
  const rest = bytesOf("\\pard The plan\\par}");
  const runs = [[1, ...big((0 << 4) | 9), ...rest.slice(0, 7)]];
  for (let at = 7; at < rest.length; at += 8) {
    runs.push([0, ...rest.slice(at, at + 8)]);
  }
  const data = runs.flat();
  return [
    ...number(data.length + 12),
    ...number(rtf.length),
    ...bytesOf("LZFu"),
    ...number(0),
    ...data,
  ];
}

const big = (value: number) => [(value >>> 8) & 0xff, value & 0xff];

const attached = (bytes: Uint8Array, ...others: string[]) =>
  mail(
    "Content-Type: multipart/mixed; boundary=b",
    ...others,
    "--b",
    'Content-Type: application/ms-tnef; name="winmail.dat"',
    'Content-Disposition: attachment; filename="winmail.dat"',
    "Content-Transfer-Encoding: base64",
    "",
    btoa(String.fromCharCode(...bytes)).replaceAll(/.{76}/g, "$&\r\n"),
    "--b--",
  );

describe("a pack of Outlook's", () => {
  it.for<[string, number[][], string]>([
    ["plain text", [property(0x1000, 0x1f, [...utf16("Come\r\nhome"), ...ENDS])], "Come\nhome"],
    ["a page", [property(0x1013, 0x102, [...bytesOf("<p>"), 0xcf, 0xeb, 0xe0, 0xed])], "План"],
    [
      "a page of a code page of its own",
      [[...number(0x3fde_0003), ...number(65_001)], property(0x1013, 0x102, bytesOf("<p>Plän"))],
      "Plän",
    ],
    ["RTF", [property(0x1009, 0x102, packedRtf())], "The plan"],
  ])("says in %s who wrote what, and names its files", async ([, body, text], { expect }) => {
    const found = await read(pack(...sender, subject, ...body), "winmail.dat");
    expect(found.mimeType).toBe("application/ms-tnef");
    expect(found.text).toBe(
      `From: Анна <anna@example.com>\nSubject: Plans\n\n${text}\n\nAttachments: Отчёт 2024.docx, plan.pdf`,
    );
  });

  it("speaks for a mail that says nothing else, and only then", async ({ expect }) => {
    const bytes = pack(property(0x1009, 0x102, packedRtf()));
    const end = "\n\nAttachments: Отчёт 2024.docx, plan.pdf";
    expect((await read(attached(bytes))).text).toMatch(new RegExp(`\n\nThe plan${end}$`));
    const both = await read(attached(bytes, ...part("text/plain", "The words")));
    expect(both.text).toMatch(new RegExp(`s\n\nThe words${end}$`));
  });

  it("that is broken is an attachment like others, and one cut off tells what came", async ({
    expect,
  }) => {
    const broken = await read(attached(Uint8Array.of(1, 2, 3), ...part("text/plain", "x")));
    expect(broken.text).toMatch(/\n\nx\n\nAttachments: winmail\.dat$/);
    const whole = pack(subject, property(0x1000, 0x1e, bytesOf("Come")));
    const cut = await read(whole.subarray(0, whole.length - 20), "winmail.dat");
    expect(cut.text).toBe("Subject: Plans\n\nCome\n\nAttachments: Отчёт 2024.docx, plan.pdf");
  });
});
