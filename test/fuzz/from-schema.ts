/** Values that a JSON schema describes, and some that it nearly does. */
import * as fc from "fast-check";

import {
  type ApiDocument,
  type Schema,
  isSchema,
  resolveSchema,
  schemasIn,
} from "../support/openapi.ts";
import { hostileString, hostileValue } from "./hostile.ts";

/** Trees of actions are described by themselves: below this they end. */
const MAX_DEPTH = 6;
const MAX_ITEMS = 3;
const MAX_CHARS = 60;
const MAX_INTEGER = 1000;
/** One value in so many is not what the schema says, where near-valid ones are asked for. */
const ODD_ONE_IN = 12;

/** Real ids for the fields that are named so; a field without one gets what its schema says. */
export type KnownIds = Readonly<Record<string, string>>;

export interface SchemaContext {
  document: ApiDocument;
  ids: KnownIds;
  /** Values now and then hostile, fields missing or unknown. */
  nearly: boolean;
}

export function fromSchema(context: SchemaContext, schema: Schema): fc.Arbitrary<unknown> {
  return new Generator(context).any(schema, "", 0);
}

class Generator {
  readonly #context: SchemaContext;
  /** Of what is named, by its place: trees name the same over and over. */
  readonly #made = new Map<string, fc.Arbitrary<unknown>>();

  constructor(context: SchemaContext) {
    this.#context = context;
  }

  /** @param name Of the field that holds it, or the last one above. */
  any(schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    const { $ref: reference } = schema;
    if (typeof reference !== "string") {
      return this.#oneOf(schema, name, depth);
    }
    const place = `${reference} ${name} ${depth}`;
    const made = this.#made.get(place) ?? this.#oneOf(schema, name, depth);
    this.#made.set(place, made);
    return made;
  }

  #oneOf(given: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    const right = this.#right(resolveSchema(given, this.#context.document), name, depth);
    return this.#context.nearly && depth > 0
      ? fc.oneof({ weight: ODD_ONE_IN, arbitrary: right }, { weight: 1, arbitrary: hostileValue })
      : right;
  }

  #right(schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    if ("const" in schema) {
      return fc.constant(schema["const"]);
    }
    if (Array.isArray(schema["enum"])) {
      return fc.constantFrom<unknown[]>(...schema["enum"]);
    }
    const branches = [...schemasIn(schema["anyOf"]), ...schemasIn(schema["oneOf"])];
    if (branches.length > 0) {
      return depth > MAX_DEPTH * 2
        ? fc.constant(null)
        : fc.oneof(...branches.map((branch) => this.any(branch, name, depth + 1)));
    }
    const types = [schema["type"]].flat();
    return fc.oneof(...types.map((type) => this.#ofType(String(type), schema, name, depth)));
  }

  #ofType(type: string, schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    switch (type) {
      case "string":
        return this.#string(schema, name);
      case "integer":
        return fc.integer(rangeOf(schema, MAX_INTEGER));
      case "number":
        return fc.double({ ...rangeOf(schema, 2), noNaN: true });
      case "boolean":
        return fc.boolean();
      case "null":
        return fc.constant(null);
      case "array":
        return this.#array(schema, name, depth);
      case "object":
        return this.#object(schema, depth);
      default:
        return fc.jsonValue({ maxDepth: 2 });
    }
  }

  #string(schema: Schema, name: string): fc.Arbitrary<string> {
    const id = this.#context.ids[name];
    const formed = formedString(schema);
    return id === undefined ? formed : fc.oneof({ weight: 6, arbitrary: fc.constant(id) }, formed);
  }

  #array(schema: Schema, name: string, depth: number): fc.Arbitrary<unknown> {
    const { items, minItems, maxItems } = schema;
    const minLength = numberOr(minItems, 0);
    const maxLength = Math.max(minLength, Math.min(numberOr(maxItems, MAX_ITEMS), MAX_ITEMS));
    return depth > MAX_DEPTH
      ? fc.constant([])
      : fc.array(this.any(isSchema(items) ? items : {}, name, depth + 1), { minLength, maxLength });
  }

  #object(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const { properties, required } = schema;
    if (!isSchema(properties)) {
      return this.#dictionary(schema, depth);
    }
    const requiredKeys = Array.isArray(required) ? required.map(String) : [];
    const shown = Object.entries(properties).filter(
      ([name]) => depth <= MAX_DEPTH || requiredKeys.includes(name),
    );
    const model = Object.fromEntries(
      shown.map(([name, property]) => [
        name,
        this.any(isSchema(property) ? property : {}, name, depth + 1),
      ]),
    );
    const right = fc.record(model, { requiredKeys });
    return this.#context.nearly ? nearlyRecord(right, model) : right;
  }

  #dictionary({ additionalProperties }: Schema, depth: number): fc.Arbitrary<unknown> {
    const value = isSchema(additionalProperties) ? additionalProperties : {};
    const name = fc.string({ unit: "grapheme", maxLength: 20 });
    return depth > MAX_DEPTH
      ? fc.constant({})
      : fc.dictionary(name, this.any(value, "", depth + 1), { maxKeys: MAX_ITEMS });
  }
}

/** As it should be, or with required fields missing, or with one that nobody knows. */
function nearlyRecord(
  right: fc.Arbitrary<object>,
  model: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<unknown> {
  const unknownField = fc
    .tuple(right, hostileString, hostileValue)
    .map(([members, name, value]) => ({ ...members, [name]: value }));
  return fc.oneof(
    { weight: ODD_ONE_IN, arbitrary: right },
    { weight: 1, arbitrary: fc.record(model, { requiredKeys: [] }) },
    { weight: 1, arbitrary: unknownField },
  );
}

function formedString({ pattern, format, minLength, maxLength }: Schema): fc.Arbitrary<string> {
  if (format === "date-time") {
    return fc.date({ noInvalidDate: true, min: new Date(0) }).map((date) => date.toISOString());
  }
  if (typeof pattern === "string") {
    return fc.stringMatching(new RegExp(pattern));
  }
  const min = numberOr(minLength, 0);
  const max = Math.max(min, Math.min(numberOr(maxLength, MAX_CHARS), MAX_CHARS));
  return fc.string({ unit: "grapheme", minLength: min, maxLength: max });
}

function rangeOf({ minimum, maximum }: Schema, otherwise: number): { min: number; max: number } {
  const min = numberOr(minimum, 0);
  return { min, max: Math.max(min, Math.min(numberOr(maximum, otherwise), otherwise)) };
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}
