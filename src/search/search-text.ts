/**
 * Turns text into the terms that full-text search compares, for any language. The indexes of
 * `store/` hold these terms and nothing else, so what finds what is decided here alone.
 *
 * Case, accents, width and vocalisation do not matter. Words are what spaces and punctuation
 * separate. Scripts written without spaces are cut into overlapping pairs of characters, the last
 * character standing alone, so that any two neighbours of a text can be asked for: "東京都" is
 * 東京 京都 都. Not by `Intl.Segmenter`: its dictionaries change with the runtime, and a query cut
 * otherwise than the index finds nothing.
 */

/** A search term is cut here: base64 and the like would bloat the index and is never asked for whole. */
const TERM_MAX_CHARS = 64;

/**
 * Words that begin alike are taken for forms of one word: five letters, in every language, do about
 * what a stemmer does for one. Measured by bench/retrieval.ts: recall@5 from 0.52 to 0.56.
 */
const STEM_CHARS = 5;

/** Vowel signs of Indic scripts are letters to their readers and stay; so do the kana sound marks. */
const ACCENTS =
  /[\p{Mn}&&[[\p{sc=Inherited}\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}]--[\u3099\u309A]]]/gv;

/**
 * Marks on one letter beyond those that Unicode's stream-safe format allows (UAX #15, 13): no script needs
 * them, and bringing them into their order takes time by the square of their number.
 */
const MARKS_TOO_MANY = /(?<kept>\p{M}{30})\p{M}+/gu;

/**
 * Some ligatures stand for eighteen letters. A text keeps so much of what it unfolds to: twice its length,
 * and the longest word that is asked for alone.
 */
const MAX_UNFOLDING = 2;
const ALWAYS_UNFOLDED_CHARS = 256;

/** What most text of programs and of English is: three times as fast. */
const ASCII = /^[\0-\x7F]*$/u;

/** Soft hyphen, joiners, direction marks, and Arabic's tatweel: none is seen as a letter. */
const INVISIBLE = /[\p{Cf}\u0640]/gu;

/** Letters that Unicode does not decompose, and whose readers take them for their plain neighbours. */
const LETTERS: Readonly<Record<string, string>> = {
  ς: "σ",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  ħ: "h",
  ł: "l",
  ŧ: "t",
  þ: "th",
  ى: "ي",
  ی: "ي",
  ک: "ك",
  ة: "ه",
};
const FOLDED_LETTERS = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "gu");

const UNSPACED = [
  ["Han", "Hiragana", "Katakana", "Bopomofo", "Hangul", "Yi"],
  ["Thai", "Lao", "Khmer", "Myanmar", "Tai_Le", "New_Tai_Lue", "Tai_Tham", "Tai_Viet"],
  ["Balinese", "Javanese"],
]
  .flat()
  .map((script) => `\\p{scx=${script}}`)
  .join("");
const LETTER = String.raw`\p{L}\p{M}\p{N}`;
const RUNS = new RegExp(`[[${LETTER}]--[${UNSPACED}]]+|[[${LETTER}]&&[${UNSPACED}]]+`, "gv");
const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, "v");
/** One character as a reader counts it: a letter with the signs that hang on it. */
const CHARACTER = /[\p{L}\p{N}]\p{M}*|\p{M}+/gu;

const STEMMED = new RegExp(
  `^(?<stem>[[\\p{L}\\p{M}]--[${UNSPACED}]]{${STEM_CHARS}})[\\p{L}\\p{M}]+$`,
  "v",
);

/** Neighbouring terms of a query that were written without a space between them. */
export interface QueryPhrase {
  /** At least one; they follow each other in a text that matches. */
  terms: readonly string[];
  /** The last term may go on: a lone character of an unspaced script is the start of a pair. */
  openEnded: boolean;
}

/** `text` without what search does not look at: case, accents, width. */
export function foldText(text: string): string {
  if (ASCII.test(text)) {
    return text.toLowerCase();
  }
  return unfold(text.replace(MARKS_TOO_MANY, "$<kept>").toWellFormed())
    .replace(ACCENTS, "")
    .replace(INVISIBLE, "")
    .normalize("NFC")
    .toUpperCase()
    .toLowerCase()
    .replace(ACCENTS, "")
    .replace(FOLDED_LETTERS, (letter) => LETTERS[letter] ?? letter);
}

function unfold(text: string): string {
  const most = MAX_UNFOLDING * text.length + ALWAYS_UNFOLDED_CHARS;
  return text.normalize("NFKD").slice(0, most).toWellFormed();
}

/** UTF-16 units that are folded at once: a millisecond where every letter has marks, a few on a busy machine. */
const PIECE_MAX_CHARS = 8192;
/** What stands between words. */
const BREAK = /[\p{Z}\p{P}\p{S}\p{Cc}]/u;
/** What belongs to the letter before it: marks, joiners, the later parts of a Korean syllable. */
const GOES_ON = /[\p{M}\p{Cf}\u1160-\u11FF\uD7B0-\uD7FF\uDC00-\uDFFF]/u;
/** More than the marks that stand on one letter: see `MARKS_TOO_MANY`. */
const MAX_LETTER_CHARS = 64;

/**
 * A text in pieces that are folded one by one, others having their turns in between: cut between words, or
 * where there are none, between letters.
 */
export function* foldingPieces(text: string): Generator<string> {
  let start = 0;
  while (text.length - start > PIECE_MAX_CHARS) {
    const end = endOfPiece(text, start);
    yield text.slice(start, end);
    start = end;
  }
  yield text.slice(start);
}

function endOfPiece(text: string, start: number): number {
  const most = start + PIECE_MAX_CHARS;
  for (let end = most; end > start; end -= 1) {
    if (BREAK.test(text.charAt(end - 1))) {
      return end;
    }
  }
  for (let end = most; end > most - MAX_LETTER_CHARS; end -= 1) {
    if (!GOES_ON.test(text.charAt(end))) {
      return end;
    }
  }
  return most;
}

/** What folding the text takes, as that many terms that are made: see `MESSAGE.indexTermsPerTurn`. */
export function foldingWork(text: string): number {
  return ASCII.test(text) ? text.length / ASCII_CHARS_A_TERM : text.length;
}

const ASCII_CHARS_A_TERM = 8;

/** The terms of a text in its order, repeated as often as they occur. */
export function indexTerms(text: string): string[] {
  return [...eachTerm(text)];
}

/** The same, one by one: of a long text they take a while. */
export function* eachTerm(text: string): Generator<string> {
  for (const [run] of foldText(text).matchAll(RUNS)) {
    if (IS_UNSPACED.test(run)) {
      yield* pairsOf(run);
    } else {
      yield cut(run);
    }
  }
}

/** The characters of a term of an unspaced script; none of a word. */
export function unspacedCharacters(term: string): string[] {
  return IS_UNSPACED.test(term) ? (term.match(CHARACTER) ?? []) : [];
}

/** What a query asks for: one phrase for each piece between spaces. Empty where it holds no word. */
export function queryPhrases(query: string): QueryPhrase[] {
  const phrases: QueryPhrase[] = [];
  for (const piece of foldText(query).split(/\s+/u)) {
    const runs = runsOf(piece);
    const terms: string[] = [];
    let openEnded = false;
    for (const [index, run] of runs.entries()) {
      const isLast = index === runs.length - 1;
      const before = terms.length;
      if (run.unspaced) {
        terms.push(...pairsOf(run.text));
      } else {
        terms.push(run.text);
      }
      openEnded = isLast && run.unspaced && terms.length === before + 1;
      // The text's own run may go on where the query's ends, so its last character is not asked for.
      if (isLast && run.unspaced && !openEnded) {
        terms.pop();
      }
    }
    if (terms.length > 0) {
      phrases.push({ terms, openEnded });
    }
  }
  return phrases;
}

/** What a word shares with its other forms; null where the word is short or not one of letters. */
export function stemOf(term: string): string | null {
  return STEMMED.exec(term)?.groups?.["stem"] ?? null;
}

function runsOf(folded: string): { text: string; unspaced: boolean }[] {
  return (folded.match(RUNS) ?? []).map((run) => {
    const unspaced = IS_UNSPACED.test(run);
    return { text: unspaced ? run : cut(run), unspaced };
  });
}

/** The overlapping pairs of characters of a run, and its last character alone. */
function* pairsOf(run: string): Generator<string> {
  let last: string | null = null;
  for (const [character] of run.matchAll(CHARACTER)) {
    if (last !== null) {
      yield cut(last + character);
    }
    last = character;
  }
  if (last !== null) {
    yield cut(last);
  }
}

function cut(term: string): string {
  return term.length > TERM_MAX_CHARS ? term.slice(0, TERM_MAX_CHARS).toWellFormed() : term;
}
