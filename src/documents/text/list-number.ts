/** Numbers of list items and headings, as Word and OpenDocument write them. */
/** A list item's number; `format` by Word's name; others than these are shown in digits. */
export function formatNumber(number: number, format: string): string {
  switch (format) {
    case "lowerLetter":
      return letters(number);
    case "upperLetter":
      return letters(number).toUpperCase();
    case "lowerRoman":
      return roman(number);
    case "upperRoman":
      return roman(number).toUpperCase();
    case "decimalZero":
      return String(number).padStart(2, "0");
    default:
      return String(number);
  }
}

/** a … z, aa, bb, as Word goes on after z. */
function letters(number: number): string {
  const index = number - 1;
  const isLetter = index >= 0 && index < 26 * 10;
  return isLetter
    ? String.fromCharCode(97 + (index % 26)).repeat(Math.floor(index / 26) + 1)
    : String(number);
}

const ROMAN: readonly [value: number, digits: string][] = [
  [1000, "m"],
  [900, "cm"],
  [500, "d"],
  [400, "cd"],
  [100, "c"],
  [90, "xc"],
  [50, "l"],
  [40, "xl"],
  [10, "x"],
  [9, "ix"],
  [5, "v"],
  [4, "iv"],
  [1, "i"],
];

function roman(number: number): string {
  if (number < 1 || number > 3999) {
    return String(number);
  }
  let text = "";
  let rest = number;
  for (const [value, digits] of ROMAN) {
    while (rest >= value) {
      text += digits;
      rest -= value;
    }
  }
  return text;
}
