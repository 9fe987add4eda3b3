/** Which of the names that there are was meant by one that is none of them. */

/** UTF-16 units; nobody mistypes a longer one, and comparing costs the product of both lengths. */
const MAX_CHARS = 40;
/** Of a name's characters one in so many may be wrong. */
const CHARS_PER_MISTAKE = 3;
/** A shorter one is part of many names. */
const MIN_PART_CHARS = 4;

/**
 * The nearest of the names: the same but for capitals, `_` and `-`, else one that begins or ends with
 * it or the other way round (`thread` for `thread_id`), else the one with the fewest mistakes: a
 * character more, less, another, or two in the wrong order. Null where none is near.
 */
export function nearestName(given: string, names: readonly string[]): string | null {
  const letters = lettersOf(given);
  if (letters === "" || given.length > MAX_CHARS) {
    return null;
  }
  let nearest: string | null = null;
  let least = Math.floor(letters.length / CHARS_PER_MISTAKE) + 1;
  for (const name of names) {
    const mistakes = mistakesBetween(letters, lettersOf(name));
    if (mistakes < least && mistakes < letters.length) {
      [nearest, least] = [name, mistakes];
    }
  }
  return nearest;
}

/** ` (did you mean thread_id?)`, to stand behind what says that the name is none; empty where none is near. */
export function askMeant(given: string, names: Iterable<string>): string {
  const meant = nearestName(given, [...names]);
  return meant === null ? "" : ` (did you mean ${meant}?)`;
}

function lettersOf(name: string): string {
  return name.slice(0, MAX_CHARS).toLowerCase().replaceAll(/[_-]/g, "");
}

/** Of a part of the other one a half: more than a mere capital, and less than any mistake. */
const PART = 0.5;

function mistakesBetween(one: string, other: string): number {
  if (one === other) {
    return 0;
  }
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length >= MIN_PART_CHARS && (long.startsWith(short) || long.endsWith(short))
    ? PART
    : editsBetween(one, other);
}

/** Damerau's and Levenshtein's distance, of adjacent characters that are swapped once. */
function editsBetween(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwapped ? at(beforeLast, column - 2) + 1 : Infinity,
      );
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
