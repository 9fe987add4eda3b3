/** Texts as Python counts them: by code points, so that nothing is cut inside of a surrogate pair. */
import { TEMPLATE } from "../limits";
import type { Budget } from "./budget";

const PAIR = /[\ud800-\udbff][\udc00-\udfff]/;

export function textLength(text: string, budget: Budget): number {
  budget.chars(text.length);
  return PAIR.test(text) ? countPoints(text, budget) : text.length;
}

/** Python's `text[from:to]`. */
export function sliceText(text: string, from: number, to: number | null, budget: Budget): string {
  const start = offsetOf(text, from, budget);
  return text.slice(start, to === null ? text.length : offsetOf(text, to, budget));
}

/** Python's `text[index]`; undefined where there is none. */
export function characterAt(text: string, index: number, budget: Budget): string | undefined {
  const whole = Math.trunc(index);
  const at = offsetOf(text, whole, budget);
  const isBefore = at === 0 && whole < 0 && textLength(text, budget) < -whole;
  return isBefore || at === text.length ? undefined : text.slice(at, at + unitsAt(text, at));
}

/** Where the part first stands at or behind `from`, in UTF-16 units; -1 where it does not. Linear. */
export function findText(text: string, part: string, from: number, budget: Budget): number {
  if (part.length <= TEMPLATE.nativeSearchMaxChars) {
    return text.indexOf(part, from);
  }
  return search(text, part, from, budget);
}

/** The text between the places where the separator, which is not empty, stands. */
export function splitText(text: string, separator: string, budget: Budget): string[] {
  budget.chars(text.length);
  if (separator.length <= TEMPLATE.nativeSearchMaxChars) {
    const parts = text.split(separator);
    budget.items(parts.length);
    return parts;
  }
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const found = search(text, separator, at, budget);
    if (found === -1) {
      parts.push(text.slice(at));
      return parts;
    }
    parts.push(text.slice(at, found));
    at = found + separator.length;
  }
}

/** Knuth, Morris and Pratt's. */
function search(text: string, part: string, from: number, budget: Budget): number {
  if (part.length > text.length - from) {
    return -1;
  }
  budget.worked(part.length);
  const borders = bordersOf(part);
  let matched = 0;
  for (let at = from; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    while (matched > 0 && part.charCodeAt(matched) !== unit) {
      matched = borders[matched - 1] ?? 0;
    }
    matched += part.charCodeAt(matched) === unit ? 1 : 0;
    if (matched === part.length) {
      budget.worked(at - from);
      return at - part.length + 1;
    }
  }
  budget.worked(text.length - from);
  return -1;
}

/** Of each beginning of the part, how much of its own beginning it ends with. */
function bordersOf(part: string): Int32Array {
  const borders = new Int32Array(part.length);
  let border = 0;
  for (let at = 1; at < part.length; at += 1) {
    while (border > 0 && part.charCodeAt(at) !== part.charCodeAt(border)) {
      border = borders[border - 1] ?? 0;
    }
    border += part.charCodeAt(at) === part.charCodeAt(border) ? 1 : 0;
    borders[at] = border;
  }
  return borders;
}

function countPoints(text: string, budget: Budget): number {
  budget.worked(text.length);
  let count = 0;
  for (let at = 0; at < text.length; at += unitsAt(text, at)) {
    count += 1;
  }
  return count;
}

/** The UTF-16 offset of a code point, counted from the end where the index is negative. */
function offsetOf(text: string, index: number, budget: Budget): number {
  const span = Math.min(text.length, 2 * Math.abs(index));
  budget.chars(span);
  const near = index < 0 ? text.slice(text.length - span) : text.slice(0, span);
  if (!PAIR.test(near)) {
    return index < 0 ? Math.max(0, text.length + index) : Math.min(text.length, index);
  }
  budget.worked(span);
  let at = index < 0 ? text.length : 0;
  for (let left = index; left > 0 && at < text.length; left -= 1) {
    at += unitsAt(text, at);
  }
  for (let left = index; left < 0 && at > 0; left += 1) {
    at -= at > 1 && unitsAt(text, at - 2) === 2 ? 2 : 1;
  }
  return at;
}

function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
