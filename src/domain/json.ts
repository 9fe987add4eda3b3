/** A JSON object, told from arrays and null. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export interface JsonBounds {
  /** Arrays and objects inside each other. */
  maxNesting: number;
  /** Of the value's JSON, which has at least as many as are counted: escapes are not. */
  maxChars?: number;
}

/** The bound that the value passes, if any; walks no further than that. */
export function passedBound(
  value: unknown,
  { maxNesting, maxChars = Infinity }: JsonBounds,
): keyof JsonBounds | null {
  let chars = 0;
  const walk = (part: unknown, depth: number): keyof JsonBounds | null => {
    chars += typeof part === "string" ? part.length + 2 : 1;
    if (chars > maxChars) {
      return "maxChars";
    }
    if (typeof part !== "object" || part === null) {
      return null;
    }
    if (depth >= maxNesting) {
      return "maxNesting";
    }
    for (const key of Object.keys(part)) {
      chars += Array.isArray(part) ? 0 : key.length + 2;
      const passed = walk(Reflect.get(part, key), depth + 1);
      if (passed !== null) {
        return passed;
      }
    }
    return null;
  };
  return walk(value, 0);
}

/** The value with every half of a surrogate pair replaced by U+FFFD, as UTF-8 would have it. */
export function parseWellFormed(json: string): unknown {
  const value: unknown = JSON.parse(json);
  return HALF_PAIR.test(json) || !json.isWellFormed() ? wellFormed(value) : value;
}

/** How `JSON.stringify` writes half a pair. */
const HALF_PAIR = /\\ud[89a-f]/i;

function wellFormed(value: unknown): unknown {
  if (typeof value === "string") {
    return value.toWellFormed();
  }
  if (Array.isArray(value)) {
    return value.map(wellFormed);
  }
  return isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key.toWellFormed(), wellFormed(item)]),
      )
    : value;
}
