/** Parts of a formula in one line: `x_(i+1)`, `10⁻⁶`, `(a+1)/2`. */
import { raised } from "../raised";

/** What stands lowered behind its base. */
export function below(text: string): string {
  return text === "" ? "" : `_${grouped(text)}`;
}

/** What stands raised behind its base. */
export function above(text: string): string {
  const small = raised(text);
  return text === "" || small !== text ? small : `^${grouped(text)}`;
}

/** What small letters stand at: in brackets where it is itself made of several parts. */
export function baseOf(part: { text: string; isBuilt: boolean } | undefined): string {
  return part?.isBuilt === true ? `(${part.text})` : (part?.text ?? "");
}

/** In brackets, but for a number or a word. */
export function grouped(text: string): string {
  const isOne = /^(?:[\p{N}.,]+|\p{L}+|.?)$/u.test(text) || isBracketed(text);
  return isOne ? text : `(${text})`;
}

/** Whether the first bracket closes with the last. */
function isBracketed(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length - 1; at += 1) {
    depth += text.charAt(at) === "(" ? 1 : text.charAt(at) === ")" ? -1 : 0;
    if (depth === 0) {
      return false;
    }
  }
  return text.endsWith(")");
}
