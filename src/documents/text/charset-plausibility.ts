/**
 * How much bytes look like writing once an encoding is assumed, from 0 to 1. What decodes without an
 * error in several encodings is mostly told apart by this: the right one gives characters that people
 * write, in words of one script, the wrong ones rare signs and mixtures.
 */

/** Weights of a character: everyday, a sign beside the text, rare, hardly ever written. */
const EVERYDAY = 1;
const SIGN = 0.8;
const RARE = 0.3;
const HARDLY_EVER = 0;

interface TwoByteCharset {
  /** First bytes of two-byte characters. */
  isLead(byte: number): boolean;
  weigh(lead: number, trail: number): number;
  /** A byte above 0x7F that is a character by itself. */
  single: number;
  /** What is written so often that even a short text holds some of it. */
  frequent: ReadonlySet<string>;
}

const isHigh = (byte: number) => byte >= 0x81;
const isBetween = (byte: number, from: number, to: number) => byte >= from && byte <= to;

/** The rows of GB 2312, EUC-KR and EUC-JP: both bytes from 0xA1 on. */
const isRowByte = (byte: number) => byte >= 0xa1;

function weighShiftJis(lead: number, trail: number): number {
  switch (lead) {
    case 0x81:
      return SIGN;
    case 0x82:
      return trail >= 0x9f ? EVERYDAY : SIGN;
    case 0x83:
      return trail <= 0x96 ? EVERYDAY : RARE;
    default:
      return isBetween(lead, 0x88, 0x97) ? EVERYDAY : isBetween(lead, 0x98, 0xea) ? RARE : 0.1;
  }
}

/** Rows of one-and-a-half thousand everyday characters each stand first in every national set. */
function weighRows(everyday: readonly [from: number, to: number], rest: number) {
  return (lead: number, trail: number): number => {
    if (!isRowByte(lead) || !isRowByte(trail)) {
      return HARDLY_EVER;
    }
    if (isBetween(lead, ...everyday)) {
      return EVERYDAY;
    }
    return lead <= 0xa3 ? SIGN : lead < everyday[0] ? 0.1 : rest;
  };
}

function weighEucJp(lead: number, trail: number): number {
  const isKana = (lead === 0xa4 || lead === 0xa5) && trail <= 0xf6;
  return isKana ? EVERYDAY : weighRows([0xb0, 0xcf], RARE)(lead, trail);
}

function weighBig5(lead: number): number {
  if (isBetween(lead, 0xa4, 0xc6)) {
    return EVERYDAY;
  }
  return isBetween(lead, 0xa1, 0xa3) ? SIGN : isBetween(lead, 0xc9, 0xf9) ? RARE : HARDLY_EVER;
}

const SIMPLIFIED =
  "的一是不了在人有我他这中大来上个国和地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应向头文体政美相见被利什二等产或新己制身果加西月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直资命金指许统区保至队形社便空决治展司五基书非听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边张该交规取格望觉术领共确师观清今切院让候带导争运称址号型姓电城联系价费单户";
const TRADITIONAL =
  "的一是不了在人有我他這中大來上個國和地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心本前開但因只從想實日者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應向頭文體政美相見被利什二等產或新己制身果加西月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直資命金指許統區保至隊形社便空決治展司五基書非聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊張該交規取格望覺術領共確師觀清今切院讓候帶導爭運稱址號型姓電城聯繫價費單戶";
const JAPANESE =
  "のにはをたがでてとしれさあいうなもるまりこらかすくっよせけやんーアイスンルトラリクタ日本人大年国中会事者社時行見月分生業番号名前市区県町住所電話件数合計金額処理点検型式";
const KOREAN =
  "이다는을의에가고하지로한어를은나사서기도자리그있아시라수인대해정일들보게거만부여장상전제주스구성조원과와니국동공연등면위물신화산소실내안경중회생발시용업무명번호름주소전화역관계획서울학교날짜금액품격메생별나고합총결문태배송객급안녕";

const CHARSETS: Readonly<Record<string, TwoByteCharset>> = {
  gb18030: {
    isLead: isHigh,
    weigh: weighRows([0xb0, 0xd7], RARE),
    single: HARDLY_EVER,
    frequent: new Set(SIMPLIFIED),
  },
  big5: { isLead: isHigh, weigh: weighBig5, single: HARDLY_EVER, frequent: new Set(TRADITIONAL) },
  shift_jis: {
    isLead: (byte) => isHigh(byte) && !isBetween(byte, 0xa1, 0xdf),
    weigh: weighShiftJis,
    // Katakana of half width: in old tables whole columns.
    single: SIGN,
    frequent: new Set(JAPANESE),
  },
  "euc-jp": {
    isLead: isHigh,
    weigh: weighEucJp,
    single: HARDLY_EVER,
    frequent: new Set(JAPANESE),
  },
  "euc-kr": {
    isLead: isHigh,
    weigh: weighRows([0xb0, 0xc8], 0.15),
    single: HARDLY_EVER,
    frequent: new Set(KOREAN),
  },
};

/** Encodings of two bytes a character that `twoByteScore` knows. */
export const TWO_BYTE_CHARSETS = Object.keys(CHARSETS);

/** What everyday characters count for beside the most frequent ones. */
const EVERYDAY_SHARE = 0.7;
const FREQUENT_SHARE = 0.3;

/** Everyday characters in the sample, and more where they are the most frequent ones. */
export function twoByteScore(bytes: Uint8Array, text: string, charset: string): number {
  const known = CHARSETS[charset];
  if (known === undefined) {
    return 0;
  }
  let weight = 0;
  let characters = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) {
      continue;
    }
    characters += 1;
    if (known.isLead(byte)) {
      at += 1;
      weight += known.weigh(byte, bytes[at] ?? 0);
    } else {
      weight += known.single;
    }
  }
  const mean = characters === 0 ? 0 : weight / characters;
  return EVERYDAY_SHARE * mean + FREQUENT_SHARE * frequency(text, known.frequent);
}

function frequency(text: string, frequent: ReadonlySet<string>): number {
  let hits = 0;
  let characters = 0;
  for (const character of text) {
    if (character > "\u007f") {
      characters += 1;
      hits += frequent.has(character) ? 1 : 0;
    }
  }
  return characters === 0 ? 0 : hits / characters;
}

const SCRIPTS = [
  /\p{sc=Latin}/u,
  /\p{sc=Cyrillic}/u,
  /\p{sc=Greek}/u,
  /\p{sc=Hebrew}/u,
  /\p{sc=Arabic}/u,
  /\p{sc=Thai}/u,
];
const LATIN = 0;
const WORD = /[\p{L}\p{M}]+/gu;
/** What word processors put beside words, and currencies, degrees and paragraphs' signs. */
const USUAL_SIGNS = "\u00a0–—‘’“”„‚«»…•·€£¥°§©®™º¿¡²³½¼№،؛؟";
const OPENING = "“‘„‚";
const CLOSING = "”’“‘…";
const CURRENCIES = "€£¥";
/** Frames and shades that programs of DOS drew their tables with, where they are no part of a word. */
const DRAWN = /(?<!\p{L})[\u2500-\u25a0]+(?!\p{L})/gu;
/** The same letter again and again is a ruled line in another encoding. */
const RULED = /(\p{L})\1{3}/u;

/** Encodings of DOS and of the old Macintosh for Latin letters: less likely than those of Windows. */
export const OTHER_SYSTEMS = ["macintosh", "ibm437", "ibm850", "ibm852"];
const OTHER_SYSTEMS_MALUS = 0.1;
/** A letter beyond ASCII alone between spaces: in Windows' encodings that byte may be a sign. */
const LONE_LETTER = 0.6;
/** Marks of Thai hang on a consonant; its leading vowels stand before one. */
const BROKEN_THAI =
  /(?:^|[^ก-ฮ\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|[เ-ไ](?![ก-ฮ])/u;
/** The final forms of five letters end a word; points hang on a letter. */
const BROKEN_HEBREW = /[םןךףץ](?=[א-ת])|(?:^|[^א-ת\u05b0-\u05c7])[\u05b0-\u05c7]/u;
const MIXED_CASE = /\p{Ll}\p{Lu}/u;
const BROKEN = [MIXED_CASE, BROKEN_THAI, BROKEN_HEBREW, RULED];
const CYRILLIC_WITHOUT_VOWELS = /^(?:(?![аеиоуыэюяёіїєўъ])\p{sc=Cyrillic}(?<=\p{Ll})){4,}$/u;
/** Short words alone are written without a vowel. */
const THAI_WITHOUT_VOWELS = /^[ก-ฯ]{3,}$/u;
/** A word does not go on in small letters behind two capitals of which one is accented. */
const SECOND_CAPITAL = /[A-Z](?![A-Z])\p{Lu}\p{Ll}/u;
/** Longer rows of accented letters than any Latin spelling has. */
const ACCENTED_ROW = /[^\0-\x7f]{3}/;

/**
 * Letters that make most of what is not ASCII in texts of an encoding's languages, capitals too. Sets
 * between spaces are of languages that do not mix.
 */
const FREQUENT_LETTERS: Readonly<Record<string, string>> = {
  "windows-1252":
    "éèàçêôûîùëïüœæâ äöüßé ñáéíóúü ãõáéíóúâêôàçü àèéìòù åäöæøéü áðéíóúæö õäöü àçèéíïòóúü",
  "windows-1250": "ąćęłńóśźż áčďéěíňóřšťúůýžäĺľôŕ áéíóöőúüű čćđšž ăâîşţ äöüß",
  "windows-1254": "ıİşğçöüâî",
  "windows-1257": "ąčęėįšųūž āčēģīķļņšūž õäöüšž",
  "windows-1251": "оеаинтсрвлкмдпуяыьгзбчйхжшюі",
  "windows-1253": "αοιετσνηυρπκμλςάίόέήύώγδθω",
  "windows-1255": "יוהלארתבשמנםןקדעחגזטכסצפךףץ",
  "windows-1256": "المنيوتربعدسفةحقهكأ",
  "windows-874": "านรอกเงมยลวดทสตะปบคหแจพชขใไโ่้ั็ิีืุู์",
};
const LETTERS_LIKE: Readonly<Record<string, string>> = {
  "koi8-r": "windows-1251",
  "koi8-u": "windows-1251",
  ibm855: "windows-1251",
  ibm866: "windows-1251",
  "iso-8859-5": "windows-1251",
  "x-mac-cyrillic": "windows-1251",
  "iso-8859-2": "windows-1250",
  "iso-8859-7": "windows-1253",
  "iso-8859-8": "windows-1255",
  "iso-8859-6": "windows-1256",
  macintosh: "windows-1252",
  ibm437: "windows-1252",
  ibm850: "windows-1252",
  ibm852: "windows-1250",
};
const FREQUENT = new Map(
  Object.entries(FREQUENT_LETTERS).map(([charset, languages]) => [
    charset,
    languages.split(" ").map((letters) => new Set(letters + letters.toUpperCase() + USUAL_SIGNS)),
  ]),
);

/** Words of one script, written as its words are; signs that stand beside words; frequent letters. */
export function oneByteScore(given: string, charset: string): number {
  const text = charset.startsWith("ibm") ? given.replaceAll(DRAWN, " ") : given;
  const isWindows = !OTHER_SYSTEMS.includes(charset);
  let weight = 0;
  let characters = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    const special = word.replaceAll(/[\0-\x7f]/g, "").length;
    const most = word.length > 1 ? EVERYDAY : loneWeight(around(text, index), isWindows);
    characters += special;
    weight += special * Math.min(wordWeight(word), most);
  }
  for (const match of text.matchAll(/[^\p{L}\p{M}\0-\x7f]/gu)) {
    characters += 1;
    weight += signWeight(match[0], around(text, match.index));
  }
  const mean = characters === 0 ? SIGN : weight / characters;
  const frequent = FREQUENT.get(LETTERS_LIKE[charset] ?? charset) ?? [];
  const share = Math.max(0, ...frequent.map((letters) => frequency(text, letters)));
  return EVERYDAY_SHARE * mean + FREQUENT_SHARE * share - (isWindows ? 0 : OTHER_SYSTEMS_MALUS);
}

function around(text: string, index: number): readonly [before: string, after: string] {
  return [text[index - 1] ?? " ", text[index + 1] ?? " "];
}

function loneWeight([before, after]: readonly [string, string], isWindows: boolean): number {
  const isUnit = DIGIT.test(before) || DIGIT.test(after);
  return isUnit ? RARE : isWindows ? EVERYDAY : LONE_LETTER;
}

function wordWeight(word: string): number {
  const scripts = SCRIPTS.flatMap((script, index) => (script.test(word) ? [index] : []));
  if (scripts.length !== 1 || BROKEN.some((broken) => broken.test(word))) {
    return HARDLY_EVER;
  }
  if (CYRILLIC_WITHOUT_VOWELS.test(word) || SECOND_CAPITAL.test(word)) {
    return RARE;
  }
  if (scripts[0] === LATIN) {
    return ACCENTED_ROW.test(word) ? 0.1 : EVERYDAY;
  }
  if (word.length === 1) {
    return 0.6;
  }
  if (THAI_WITHOUT_VOWELS.test(word)) {
    return word.length > 4 ? HARDLY_EVER : 0.6;
  }
  // A word in capitals is rarer than one in small letters.
  return word === word.toUpperCase() && word !== word.toLowerCase() ? 0.9 : EVERYDAY;
}

const LETTER = /\p{L}/u;
const DIGIT = /\p{Nd}/u;
const LETTER_OR_DIGIT = /[\p{L}\p{Nd}]/u;

/** `before` and `after`: its neighbours. Inside a word stands an apostrophe at most. */
function signWeight(sign: string, [before, after]: readonly [string, string]): number {
  if (sign < "\u00a0") {
    return -EVERYDAY;
  }
  if (LETTER.test(before) && LETTER.test(after)) {
    return sign === "’" ? EVERYDAY : "·–—".includes(sign) ? SIGN : HARDLY_EVER;
  }
  if (OPENING.includes(sign) || CLOSING.includes(sign)) {
    return isQuoteInPlace(sign, [before, after]) ? EVERYDAY : RARE;
  }
  return isPrice(sign, [before, after]) ? EVERYDAY : USUAL_SIGNS.includes(sign) ? SIGN : RARE;
}

function isPrice(sign: string, [before, after]: readonly [string, string]): boolean {
  return CURRENCIES.includes(sign) && (DIGIT.test(before) || DIGIT.test(after));
}

/** Quotation marks open before a word and close behind one. */
function isQuoteInPlace(sign: string, [before, after]: readonly [string, string]): boolean {
  const opens = !LETTER_OR_DIGIT.test(before) && !/\s/.test(after);
  const closes = !/\s/.test(before) && !LETTER_OR_DIGIT.test(after);
  return (opens && OPENING.includes(sign)) || (closes && CLOSING.includes(sign));
}
