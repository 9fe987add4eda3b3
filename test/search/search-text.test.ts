import * as fc from "fast-check";
import { describe, it } from "vitest";

import { foldText, indexTerms, queryPhrases, stemOf } from "../../src/search/search-text";

/** Whether a text that holds `terms` in this order answers the query, as the index would judge. */
function finds(query: string, text: string): boolean {
  const terms = indexTerms(text);
  const phrases = queryPhrases(query);
  return phrases.length > 0 && phrases.every((phrase) => holds(terms, phrase));
}

function holds(terms: string[], phrase: ReturnType<typeof queryPhrases>[number]): boolean {
  const last = phrase.terms.length - 1;
  return terms.some((_, start) =>
    phrase.terms.every((wanted, index) => {
      const term = terms[start + index];
      return index === last && phrase.openEnded ? term?.startsWith(wanted) : term === wanted;
    }),
  );
}

describe("folding", () => {
  it.for([
    ["case", "HELLO Wörld", "hello world"],
    ["Polish and Danish letters", "Łódź Ærø København", "lodz aero kobenhavn"],
    ["sharp s and ligatures", "Straße ﬁn œuvre", "strasse fin oeuvre"],
    ["Turkish i", "İstanbul ışık", "istanbul isik"],
    ["Greek accents and final sigma", "Οδός ΟΔΟΣ", "οδοσ οδοσ"],
    ["Cyrillic", "Ёлка", "елка"],
    ["Vietnamese", "Tiếng Việt", "tieng viet"],
    ["width", "ＡＢＣ ﾊﾟｿｺﾝ", "abc パソコン"],
    ["Arabic vocalisation and letter forms", "مُحَمَّد أحمد مدرسة", "محمد احمد مدرسه"],
    ["Hebrew points", "שָׁלוֹם", "שלום"],
    ["soft hyphens and joiners", "co\u00ADoperate می\u200Cخواهم", "cooperate ميخواهم"],
  ])("does not look at %s", ([, text, folded], { expect }) => {
    expect(foldText(text ?? "")).toBe(folded);
  });

  it("keeps vowel signs of Indic scripts and the sound marks of kana", ({ expect }) => {
    expect(foldText("हिन्दी")).toBe("हिन्दी");
    expect(foldText("がか")).toBe("がか");
  });

  it("folds what is folded to itself", ({ expect }) => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const folded = foldText(text);
        expect(foldText(folded)).toBe(folded);
      }),
    );
  });
});

describe("terms of a text", () => {
  it("are its words and the neighbouring pairs of scripts without spaces", ({ expect }) => {
    expect(indexTerms("iPhone15手机, 東京都!")).toEqual([
      "iphone15",
      "手机",
      "机",
      "東京",
      "京都",
      "都",
    ]);
    expect(indexTerms("สวัสดี")).toEqual(["สวั", "วัส", "สดี", "ดี"]);
  });

  it("hold nothing but letters, signs and digits, for any text", ({ expect }) => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const term of indexTerms(text)) {
          expect(term).toMatch(/^[\p{L}\p{M}\p{N}]{1,64}$/u);
        }
      }),
    );
  });

  it("are cut at 64 characters", ({ expect }) => {
    expect(indexTerms("x".repeat(1000))).toEqual(["x".repeat(64)]);
  });
});

describe("a query", () => {
  it.for([
    ["東京", "私は東京都に住んでいます"],
    ["都", "東京都"],
    ["京", "東京都"],
    ["退款", "我想申请退款。"],
    ["学校", "학교 学校"],
    ["학교", "나는 학교에서 공부한다"],
    ["ปลา", "ฉันชอบกินปลามาก"],
    ["cafe", "Un CAFÉ, s'il vous plaît"],
    ["手机iPhone", "新的手机iPhone很贵"],
    ["foo@bar.com", "write to Foo@Bar.com now"],
    ["plait cafe", "Un café, s'il vous plaît"],
  ])("%s finds %s", ([query, text], { expect }) => {
    expect(finds(query ?? "", text ?? "")).toBe(true);
  });

  it.for([
    ["京東", "東京都"],
    ["car", "cartoon"],
    ["bar foo", "foo"],
    ["foo@bar.com", "bar@foo.com"],
  ])("%s does not find %s", ([query, text], { expect }) => {
    expect(finds(query ?? "", text ?? "")).toBe(false);
  });

  it("takes operators for plain words and quotes for spaces", ({ expect }) => {
    expect(queryPhrases('"a" AND NOT b* NEAR(c, 2) col:d ^e')).toEqual(
      [["a"], ["and"], ["not"], ["b"], ["near", "c"], ["2"], ["col", "d"], ["e"]].map((terms) => ({
        terms,
        openEnded: false,
      })),
    );
  });

  it("without a word asks for nothing", ({ expect }) => {
    expect(["", "  ", '"*()', "!?…", "\uD800", "\u0000"].flatMap(queryPhrases)).toEqual([]);
  });

  it("that was copied out of a text finds that text, in any script", ({ expect }) => {
    const scripts = fc.constantFrom(
      ...Array.from("ab é ßŁ 0 9.-@ 東京都の한국 ไทย مح שׁ हिन्दी \u{20000}\u{1F600}"),
    );
    fc.assert(
      fc.property(
        fc.array(scripts, { maxLength: 30 }).map((units) => units.join("")),
        fc.nat(30),
        fc.nat(10),
        (text, start, length) => {
          // Whole characters of unspaced scripts, whole words of the others.
          const words = text.match(/[^\s]+/gu) ?? [];
          const query = words
            .slice(start % (words.length + 1))
            .slice(0, length + 1)
            .join(" ");
          fc.pre(queryPhrases(query).length > 0);
          expect(finds(query, text)).toBe(true);
        },
      ),
    );
  });
});

describe("a stem", () => {
  it("is what long words of any spaced script begin with", ({ expect }) => {
    expect(["passwords", "installieren", "установка", "pass", "abcde"].map(stemOf)).toEqual([
      "passw",
      "insta",
      "устан",
      null,
      null,
    ]);
  });

  it("is not taken of numbers or of unspaced scripts", ({ expect }) => {
    expect(["abcde123", "20240101", "ครั้งครั้ง"].map(stemOf)).toEqual([null, null, null]);
  });
});
