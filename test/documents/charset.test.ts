/** Encodings that nobody has named, in texts as short as a table's header, and those that are named. */
import { describe, it } from "vitest";

import { extractText, readRows } from "../../src/documents";
import { knownCharset } from "../../src/domain/charsets/charset-name";
import { textDecoder } from "../../src/domain/charsets/text-decoder";
import { encodeText } from "../support/encode-text";
import { fixture, sourceOf } from "./fixtures";

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  shift_jis: [
    "処理区分,件数",
    "点検連番,型式",
    "名前,住所\n山本花子,福岡市",
    "山田太郎様",
    "東京都",
    "商品コード,商品名\nA-1,えんぴつ",
  ],
  "euc-jp": ["名前,住所\n山本はなこ,福岡市", "こんにちは、世界。"],
  gb18030: [
    "名称,城市\n灯塔,上海",
    "姓名,电话\n张三,123",
    "北京",
    "发票",
    "id,name\n1,李明\n2,王芳",
    "你好，世界。港口五月重新开放。",
  ],
  big5: ["地址,名稱,數量\n台北市,軟體,十", "姓名,電話\n陳大文,123", "發票"],
  "euc-kr": ["이름,주소\n홍길동,서울특별시", "날짜,금액", "한국", "안녕하세요 세계."],
  "windows-1251": ["Имя,Город\nИван,Москва", "Привет", "НАИМЕНОВАНИЕ;КОЛИЧЕСТВО\nКарандаш;10"],
  "koi8-r": ["Гавань снова открыта с мая", "Имя,Город\nИван,Москва"],
  ibm866: ["Гавань снова открыта с мая", "│ Имя │ Город │\n├─────┼───────┤\n│ Иван │ Москва │"],
  ibm855: ["Гавань снова открыта с мая, и корабли идут в море"],
  "x-mac-cyrillic": ["Гавань снова открыта с мая, и Анна идёт в свою школу"],
  macintosh: [
    "Le café de la gare est fermé à midi",
    "He said “don’t” – and left…",
    "größer • Straße",
    "El niño comió piñón",
  ],
  ibm437: [
    "größer",
    "café",
    "Größe: 10 Stück, geprüft für München",
    "╔══════╗\n║ Menü ║\n╚══════╝",
    "El señor llegó mañana",
  ],
  ibm850: ["São Paulo é a maior cidade", "L'été à Nîmes, où l'âne fut gâté"],
  ibm852: ["Zażółć gęślą jaźń", "Příliš žluťoučký kůň"],
  "windows-1252": [
    "größer",
    "Köln",
    "café",
    "año,señor",
    "Price 10 €",
    "© 2020 Example",
    "20°C",
    "naïve “quotes” — dash",
    "Það er gott veður í Reykjavík á sumrin",
    "L’été est arrivé à Nîmes",
    "“quotes”",
    "£5 or ¥500",
    "von 3 – 5 € je Stück…",
    "Il va à Paris",
  ],
  "windows-1250": ["Zażółć gęślą jaźń", "Imię,Miasto\nŁukasz,Łódź", "Příliš žluťoučký kůň"],
  "windows-1253": ["Το λιμάνι άνοιξε ξανά", "Όνομα,Πόλη\nΓιώργος,Αθήνα"],
  "windows-1254": ["İsim,Şehir\nAyşe,İstanbul\nOğuz,Eskişehir"],
  "windows-1255": ["שלום עולם, ברוכים הבאים לנמל", "הנמל נפתח מחדש במאי", "שם,עיר\nדוד,תל אביב"],
  "windows-1256": ["الاسم,المدينة\nأحمد,القاهرة"],
  "windows-874": ["ท่าเรือเปิดอีกครั้งในเดือนพฤษภาคม", "ชื่อ,เมือง\nสมชาย,กรุงเทพ"],
};

describe("an encoding that is not named", () => {
  for (const [charset, texts] of Object.entries(TEXTS)) {
    it(`is taken for ${charset}, and the metadata say so`, async ({ expect }) => {
      for (const text of texts) {
        const found = await extractText(sourceOf(encodeText(text, charset), "a.txt"));
        expect(found).toMatchObject({ text });
        const { charset: told = "" } = found.metadata;
        expect(textDecoder(told).decode(encodeText(text, charset))).toBe(text);
      }
    });
  }

  for (const [file, start, charset] of [
    ["sc228.csv", "処理区分,件数", "shift_jis"],
    ["sc239.csv", "点検連番,型式", "shift_jis"],
    ["ascii-head-ja-rows.csv", "id,name,city,amount\r\n1,山本花子,福岡市,10", "shift_jis"],
    ["big5.csv", "姓名,城市\n王小明,臺北市", "big5"],
  ] as const) {
    it(`reads ${file}`, async ({ expect }) => {
      const { text, metadata } = await extractText(await fixture(`odd/${file}`));
      expect(text.startsWith(start)).toBe(true);
      expect(metadata["charset"]).toBe(charset);
    });
  }

  it("is not guessed from the first letter alone", async ({ expect }) => {
    const late = `${"a,b\n".repeat(50_000)}山本花子,福岡市\n`;
    const bytes = new Uint8Array([0x81, 0x99, 0x0a, ...encodeText(late, "shift_jis")]);
    expect((await extractText(sourceOf(bytes, "a.txt"))).text).toBe(`☆\n${late}`);
  });

  it("stays UTF-8 where a byte or two are broken", async ({ expect }) => {
    const bytes = new TextEncoder().encode(`${"Größe 港口. ".repeat(20)}x`);
    bytes[bytes.length - 1] = 0xfc;
    const { text, metadata } = await extractText(sourceOf(bytes, "a.txt"));
    expect(text).toBe(`${"Größe 港口. ".repeat(20)}\ufffd`);
    expect(metadata["charset"]).toBe("utf-8");
  });

  it("is no UTF-16 because of a zero byte", async ({ expect }) => {
    for (const [content, text] of [
      ["a log\0", "a log"],
      ["name\0\0\0\0\0id,\0\0\0\0".padEnd(900, "x"), "nameid,".padEnd(891, "x")],
      [
        `${"2026-11-29 10:00 started\n".repeat(40)}\0\0\0\0`,
        "2026-11-29 10:00 started\n".repeat(40),
      ],
      ["id,name\r\n1,Ada\r\n\x1a", "id,name\r\n1,Ada\r\n\x1a"],
    ] as const) {
      const found = await extractText(sourceOf(content, "a.txt"));
      expect(found).toMatchObject({ text, metadata: { charset: "utf-8" } });
    }
  });

  it("is UTF-16 or UTF-32 where the bytes say so", async ({ expect }) => {
    for (const text of ["name,city\n1,Köln", "Name,都市\nAnna Lind,東京都\n", "plain"]) {
      const utf16 = Array.from(text).flatMap((character) => {
        const unit = character.charCodeAt(0);
        return [unit & 0xff, unit >> 8];
      });
      const found = await extractText(sourceOf(new Uint8Array(utf16), "a.txt"));
      expect(found).toMatchObject({ text, metadata: { charset: "utf-16le" } });
      const utf32 = Array.from(`\ufeff${text}`).flatMap((character) => {
        const code = character.codePointAt(0) ?? 0;
        return [0, code >> 16, (code >> 8) & 0xff, code & 0xff];
      });
      const wide = await extractText(sourceOf(new Uint8Array(utf32), "a.txt"));
      expect(wide).toMatchObject({ text, metadata: { charset: "utf-32be" } });
    }
  });

  it("may switch by escapes", async ({ expect }) => {
    const { text } = await extractText(sourceOf("\x1b$B=hM}6hJ,\x1b(B,1\n", "a.txt"));
    expect(text).toBe("処理区分,1\n");
  });
});

describe("an encoding that is named", () => {
  const name = encodeText("山田\n", "shift_jis");

  it("decides, where the bytes alone would mean something else", async ({ expect }) => {
    const bytes = encodeText("Ã©tÃ©", "windows-1252");
    const guessed = await extractText(sourceOf(bytes, "a.txt"));
    expect(guessed.text).toBe("été");
    const named = await extractText({ ...sourceOf(bytes, "a.txt"), charset: "windows-1252" });
    expect(named).toMatchObject({ text: "Ã©tÃ©", metadata: { charset: "windows-1252" } });
  });

  it("may be one of DOS, in whichever way it is written", async ({ expect }) => {
    const bytes = encodeText("Menü│", "ibm437");
    for (const label of ["cp437", "IBM437", "cp-437", "ibm437"]) {
      const source = { ...sourceOf(bytes, "a.txt"), charset: knownCharset(label) };
      expect(await extractText(source)).toMatchObject({ text: "Menü│" });
    }
  });

  it("decides for rows, too", async ({ expect }) => {
    const bytes = new Uint8Array([...new TextEncoder().encode("a,b\n1,"), ...name]);
    const source = { ...sourceOf(bytes, "a.csv"), charset: "shift_jis" };
    expect(await readRows(source, { limit: 9 })).toEqual([{ a: "1", b: "山田" }]);
  });

  it("counts for less than a mark, and than bytes that are UTF-8 and cannot be it", async ({
    expect,
  }) => {
    const marked = { ...sourceOf("\ufeff港口", "a.txt"), charset: "shift_jis" };
    expect((await extractText(marked)).text).toBe("港口");
    const wrong = { ...sourceOf("Größe 港口", "a.txt"), charset: "euc-kr" };
    expect((await extractText(wrong)).text).toBe("Größe 港口");
  });
});

/** As mails of old write it: a mark, then letters between a shift out and a shift in. */
const sevenBits = (text: string) => [
  0x1b,
  0x24,
  0x29,
  0x43,
  ...text.split(/([^ -~\n]+)/).flatMap((part, at) => {
    const bytes = [...encodeText(part, "euc-kr")].map((byte) => byte & 0x7f);
    return at % 2 === 0 ? bytes : [0x0e, ...bytes, 0x0f];
  }),
];

describe("an encoding of seven bits", () => {
  const korean = "안녕 hi 한글\nplain\n한국";
  it("of Korea names itself, across the pieces that it comes in", async ({ expect }) => {
    const long = `${korean}\n`.repeat(9000);
    for (const text of [korean, long]) {
      const found = await extractText(sourceOf(Uint8Array.from(sevenBits(text)), "a.txt"));
      expect(found.metadata["charset"]).toBe("iso-2022-kr");
      expect(found.text === text).toBe(true);
    }
  });

  it("of Korea is read in a mail that declares it", async ({ expect }) => {
    const header =
      "From: ann@example.com\nSubject: s\nContent-Type: text/plain; charset=ISO-2022-KR\n\n";
    const mail = Uint8Array.from([...new TextEncoder().encode(header), ...sevenBits(korean)]);
    expect((await extractText(sourceOf(mail, "a.eml"))).text).toContain(korean);
  });
});
