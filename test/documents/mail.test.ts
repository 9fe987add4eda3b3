/** Mails and mailboxes as programs save them: encodings, parts, and what stands in their headers. */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { fewGuesses } from "../../src/documents/text/guess-charset";
import { DOCUMENT } from "../../src/limits";
import { encodeText } from "../support/encode-text";
import { fixture, sourceOf } from "./fixtures";

async function mailOf(lines: readonly string[], name = "a.eml") {
  return extractText(sourceOf(lines.join("\r\n"), name));
}

const HEAD = ["From: Ann <ann@example.com>", "Subject: Plan", "Message-ID: <1@example.com>"];
const SHOWN = "From: Ann <ann@example.com>\nSubject: Plan\n\n";
const PLAN = "From: Ann Example <ann@example.com>\nTo: Bo <bo@example.com>\nSubject: Plan";

const withBody = (type: string, body: Uint8Array, name = "a.eml") =>
  extractText(
    sourceOf(
      new Uint8Array([
        ...new TextEncoder().encode([...HEAD, `Content-Type: ${type}`, "", ""].join("\r\n")),
        ...body,
      ]),
      name,
    ),
  );

const multipart = (kind: string, ...parts: string[][]) => [
  ...HEAD,
  `Content-Type: multipart/${kind};`,
  ' boundary="=_b (1)"',
  "",
  "preamble",
  ...parts.flatMap((part) => ["--=_b (1)", ...part]),
  "--=_b (1)--",
  "epilogue",
];
const html = (text: string) => ["Content-Type: text/html", "", `<p>${text}</p>`];

describe("a mail's file", () => {
  for (const [file, charset] of [
    ["mail-utf16le-bom.eml", "utf-16le"],
    ["mail-utf8-bom.eml", "utf-8"],
  ] as const) {
    it(`may begin with a mark: ${file}`, async ({ expect }) => {
      const found = await extractText(await fixture(`odd/${file}`));
      expect(found).toMatchObject({
        mimeType: "message/rfc822",
        text: `${PLAN}\n\nThe plan is blue.`,
        metadata: { from: "Ann Example <ann@example.com>", charset },
      });
    });
  }

  it("needs no sender", async ({ expect }) => {
    const mail = ["To: bo@example.com", "Subject: Plan", "Date: Mon, 4 May 2026 07:30:00 +0000"];
    for (const name of ["a.eml", "a.txt"]) {
      const found = await mailOf([...mail, "", "The plan is blue."], name);
      expect(found).toMatchObject({
        mimeType: "message/rfc822",
        text: "To: bo@example.com\nDate: 2026-05-04T07:30:00.000Z\nSubject: Plan\n\nThe plan is blue.",
      });
    }
    expect((await mailOf(["Subject: Plan", "", "Blue."])).mimeType).toBe("message/rfc822");
  });

  it("is no letter that only begins like one", async ({ expect }) => {
    const found = await mailOf(["To: Bo", "Subject: Plan", "", "Blue."], "a.txt");
    expect(found.mimeType).toBe("text/plain");
  });
});

describe("a mailbox", () => {
  it("gives all its mails", async ({ expect }) => {
    const found = await extractText(await fixture("odd/two.mbox"));
    expect(found).toMatchObject({
      mimeType: "application/mbox",
      text:
        "From: a@example.com\nTo: b@example.com\nSubject: One\n\nCafé one.\n\n---\n\n" +
        "From: c@example.com\nTo: b@example.com\nSubject: Two\n\nSecond mail.",
      metadata: { mails: "2" },
    });
  });

  it("quotes what looks like the start of a mail, and begins one after an empty line alone", async ({
    expect,
  }) => {
    const start = "From a@example.com Mon Jun 01 10:00:00 2009";
    const { text, metadata } = await mailOf(
      [start, ...HEAD, "", `>${start}`, start, ">>From x", "From then on", ""],
      "a.mbox",
    );
    expect(text).toBe(`${SHOWN}${start}\n${start}\n>From x\nFrom then on`);
    expect(metadata).toMatchObject({ mails: "1", subject: "Plan" });
  });

  it("ends the parts of the mail before", async ({ expect }) => {
    const start = "From a@example.com Mon Jun  1 10:00:00 2009";
    const type = 'Content-Type: multipart/mixed; boundary="b"';
    const mail = [start, ...HEAD, type, "", "--b", "", "first", ""];
    const { text } = await mailOf([...mail, ...mail], "a.mbox");
    expect(text).toBe(`${SHOWN}first\n\n---\n\n${SHOWN}first`);
  });
});

describe("encodings", () => {
  for (const [type, text, charset] of [
    ["text/plain; charset=cp932", "山田太郎", "shift_jis"],
    ['text/plain; charset="GB2312"', "港口重新开放", "gb18030"],
    ["text/plain; charset=us-ascii", "größer", "windows-1252"],
    ["text/plain; charset=us-ascii", "山本花子,福岡市", "shift_jis"],
    ["text/plain; charset=none-such", "Привет, Иван", "windows-1251"],
    ["text/plain", "이름,주소", "euc-kr"],
  ] as const) {
    it(`reads ${text} of ${type}`, async ({ expect }) => {
      const { text: found, metadata } = await withBody(type, encodeText(text, charset));
      expect(found).toBe(SHOWN + text);
      expect(new TextDecoder(metadata["charset"]).decode(encodeText(text, charset))).toBe(text);
    });
  }

  it("reads a page in the encoding that it names itself", async ({ expect }) => {
    const page = '<meta charset="shift_jis"><p>山田</p>';
    const { text } = await withBody("text/html", encodeText(page, "shift_jis"));
    expect(text).toBe(`${SHOWN}山田`);
  });

  it("reads raw letters in headers, and encoded ones in any case", async ({ expect }) => {
    const head = encodeText("From: Jörg Weiß <j@example.com>\r\n", "windows-1252");
    const rest =
      "Subject: =?ISO-2022-JP?b?GyRCO0VNTTUtGyhC?= =?utf-8?q?=C3=A9?=\r\nMessage-ID: <1@x>\r\n\r\nx";
    const bytes = new Uint8Array([...head, ...new TextEncoder().encode(rest)]);
    expect((await extractText(sourceOf(bytes, "a.eml"))).text).toMatch(
      /^From: Jörg Weiß <j@example.com>\nSubject: 仕様記é/,
    );
  });

  it("reads transfer encodings whose pieces end anywhere", async ({ expect }) => {
    const text = "Größe 港口 = 1\n".repeat(9000).trim();
    const bytes = new TextEncoder().encode(text);
    const quoted = Array.from(bytes, (byte) =>
      byte > 0x7e || byte === 0x3d
        ? `=${byte.toString(16).toUpperCase()}`
        : String.fromCharCode(byte),
    ).join("");
    const soft = quoted.replaceAll(/(?:=..|[^=\n]){40}/g, "$&= \r\n");
    const base64 = btoa(String.fromCharCode(...bytes.subarray(0, 60_000)));
    for (const [encoding, body, expected] of [
      ["Quoted-Printable", soft, text],
      ["BASE64", base64.replaceAll(/.{76}/g, "$&\r\n"), null],
    ] as const) {
      const found = await mailOf([...HEAD, `Content-Transfer-Encoding: ${encoding}`, "", body]);
      expect(found.text).toBe(
        SHOWN + (expected ?? new TextDecoder().decode(bytes.subarray(0, 60_000)).trim()),
      );
    }
  });
});

describe("parts", () => {
  for (const [what, mail, text] of [
    ["alternatives: the plain one", multipart("alternative", ["", "one"], html("two")), "one"],
    ["alternatives without plain text", multipart("alternative", ["", " "], html("two")), "two"],
    ["texts one after the other", multipart("mixed", ["", "one"], html("two")), "one\n\ntwo"],
    [
      "a mail in a mail",
      multipart("mixed", ["", "fwd"], ["Content-Type: message/rfc822", "", "Subject: In", "", "x"]),
      "fwd\n\nSubject: In\n\nx",
    ],
    [
      "mails of a digest",
      multipart("digest", ["", "Subject: 1", "", "x"], ["", "Subject: 2", "", "y"]),
      "Subject: 1\n\nx\n\nSubject: 2\n\ny",
    ],
    [
      "names of what is attached, in all their spellings",
      multipart(
        "mixed",
        ["", "one"],
        ["Content-Type: application/pdf; name*=utf-8''t%C3%AFde.pdf", "", "x"],
        [
          "Content-Type: text/plain",
          'Content-Disposition: attachment; filename="a;b.txt"',
          "",
          "y",
        ],
        ["Content-Type: image/png", "", "z"],
      ),
      "one\n\nAttachments: tïde.pdf, a;b.txt, image/png",
    ],
    ["no end of the last part", multipart("mixed", ["", "one"]).slice(0, -2), "one"],
    [
      "lines that look like boundaries",
      multipart("mixed", ["", "-- ", "--=_b (12)", "--", "one"]),
      "-- \n--=_b (12)\n--\none",
    ],
    [
      "flowed lines",
      [...HEAD, "Content-Type: text/plain; format=flowed", "", "one ", "two", "> a ", "> b", "c"],
      "one two\n> a b\nc",
    ],
  ] as const) {
    it(`hold ${what}`, async ({ expect }) => {
      expect((await mailOf(mail)).text).toBe(SHOWN + text);
    });
  }
});

/** How often everybody else has had a turn. */
async function turnsDuring<Result>(work: () => Promise<Result>) {
  let turns = 0;
  let isDone = false;
  const tick = () => {
    turns += 1;
    if (!isDone) {
      setTimeout(tick, 0);
    }
  };
  setTimeout(tick, 0);
  const result = await work();
  isDone = true;
  return { turns, result };
}

describe("a mail of thousands of small texts", () => {
  const parts = 300;
  const mailOfParts = (type: string, body: Uint8Array) => {
    const head = `${HEAD.join("\r\n")}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n`;
    const unit = [...new TextEncoder().encode(`--b\r\nContent-Type: ${type}\r\n\r\n`), ...body];
    const end = [...new TextEncoder().encode("\r\n")];
    const bytes = Array.from({ length: parts }, () => [...unit, ...end]).flat();
    return new Uint8Array([...new TextEncoder().encode(head), ...bytes]);
  };
  const russian = encodeText("Привет, это письмо о планах на лето. ".repeat(4), "windows-1251");

  it("gives others their turn before each guess of an encoding, and guesses no more than some", async ({
    expect,
  }) => {
    const { turns, result } = await turnsDuring(() =>
      extractText(sourceOf(mailOfParts("text/plain", russian), "a.eml")),
    );
    expect(turns).toBeGreaterThanOrEqual(DOCUMENT.mailMaxGuesses);
    expect(result.text.match(/Привет/g)).toHaveLength(4 * parts);
  });

  it("gives others their turn every few parts", async ({ expect }) => {
    const { turns } = await turnsDuring(() =>
      extractText(sourceOf(mailOfParts("text/html", new TextEncoder().encode("<p>x")), "a.eml")),
    );
    const partsPerTurn = DOCUMENT.workPerTurn / DOCUMENT.mailPartWork;
    expect(turns).toBeGreaterThanOrEqual(Math.floor(parts / (partsPerTurn + 1)));
  });
});

describe("few guesses", () => {
  it("are made, and the last one holds where it fits", async ({ expect }) => {
    let made = 0;
    const guess = fewGuesses(2, async () => void (made += 1));
    const cyrillic = encodeText("Привет, это письмо о планах на лето.", "windows-1251");
    const japanese = encodeText("こんにちは、これは計画についての手紙です。", "shift_jis");
    expect(await guess(cyrillic)).toBe("windows-1251");
    expect(await guess(japanese)).toBe("shift_jis");
    expect(await guess(japanese)).toBe("shift_jis");
    expect(await guess(new Uint8Array([0xfd, 0xfe, 0xff]))).toBe("windows-1252");
    expect(made).toBe(2);
  });
});
