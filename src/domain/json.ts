/** A JSON object, told from arrays and null. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Throws where a value is not of its shape, as zod's schemas do. */
export interface JsonSchema {
  parse(value: unknown): unknown;
}

let checksSchemas = false;

/** From now on `parseJson` holds what it reads against the schema it is given: for tests. */
export function checkJsonSchemas(): void {
  checksSchemas = true;
}

/**
 * JSON that Bobbin wrote itself, as the type it was written from; never a caller's.
 * @param schema Of that type: see `checkJsonSchemas`.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- whoever wrote it names the type
export function parseJson<T>(text: string, schema?: JsonSchema): T {
  const value: T = JSON.parse(text);
  if (checksSchemas) {
    schema?.parse(value);
  }
  return value;
}

/** Of somebody else's text; null where it is no JSON. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export interface JsonBounds {
  /** Arrays and objects inside each other. */
  maxNesting: number;
  /** Of the value's JSON, which has at least as many as are counted: escapes are not. */
  maxChars?: number;
  /** The value itself and all in it. */
  maxValues?: number;
}

/** The bound that the value passes, if any; walks no further than that. */
export function passedBound(value: unknown, bounds: JsonBounds): keyof JsonBounds | null {
  return new Walk(bounds).passedBy(value, 0);
}

class Walk {
  readonly #maxNesting: number;
  #leftChars: number;
  #leftValues: number;

  constructor({ maxNesting, maxChars = Infinity, maxValues = Infinity }: JsonBounds) {
    this.#maxNesting = maxNesting;
    this.#leftChars = maxChars;
    this.#leftValues = maxValues;
  }

  passedBy(part: unknown, depth: number): keyof JsonBounds | null {
    this.#leftChars -= typeof part === "string" ? part.length + 2 : 1;
    if (this.#leftChars < 0) {
      return "maxChars";
    }
    this.#leftValues -= 1;
    if (this.#leftValues < 0) {
      return "maxValues";
    }
    if (typeof part !== "object" || part === null) {
      return null;
    }
    if (depth >= this.#maxNesting) {
      return "maxNesting";
    }
    return Array.isArray(part) ? this.#byItems(part, depth + 1) : this.#byFields(part, depth + 1);
  }

  #byItems(items: readonly unknown[], depth: number): keyof JsonBounds | null {
    for (const item of items) {
      const passed = this.passedBy(item, depth);
      if (passed !== null) {
        return passed;
      }
    }
    return null;
  }

  #byFields(fields: object, depth: number): keyof JsonBounds | null {
    for (const key of Object.keys(fields)) {
      this.#leftChars -= key.length + 2;
      const passed = this.passedBy(Reflect.get(fields, key), depth);
      if (passed !== null) {
        return passed;
      }
    }
    return null;
  }
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
