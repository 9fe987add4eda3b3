/** Digits that are written raised: as plain ones they would make another number of what they stand behind. */
const RAISED: Readonly<Record<string, string>> = {
  "0": "⁰",
  "1": "¹",
  "2": "²",
  "3": "³",
  "4": "⁴",
  "5": "⁵",
  "6": "⁶",
  "7": "⁷",
  "8": "⁸",
  "9": "⁹",
  "+": "⁺",
  "-": "⁻",
  "−": "⁻",
  "–": "⁻",
};

/** A raised number as Unicode's raised digits; anything else as it is. */
export function raised(text: string): string {
  return /^\s*[+\-−–]?\d+\s*$/.test(text)
    ? Array.from(text, (char) => RAISED[char] ?? char).join("")
    : text;
}
