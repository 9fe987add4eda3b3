/** Every place where a body or a query may say something, read off a JSON schema. */
import { exampleOf } from "../../src/api/shared/openapi/example";
import { Components } from "../../src/api/shared/openapi/schemas";
import {
  type ApiDocument,
  type Schema,
  isSchema,
  resolveSchema,
  schemasIn,
} from "../support/openapi";

/** Stands in pointers for the name of a record's entry. */
export const ANY_NAME = "*";
/** The name that is written there; one that the indexed lists of queries take, too. */
export const SOME_NAME = "7";

export interface FieldPlace {
  /** From the outside in; `0` is an item of a list. */
  path: readonly string[];
  /** Of the value there, which holds no further places. */
  schema: Schema;
  /** The whole, with this value there. */
  write: (value: unknown) => unknown;
}

export function fieldPlaces(schema: Schema, document: ApiDocument): FieldPlace[] {
  return new FieldWalk(document).places(schema, []);
}

class FieldWalk {
  readonly #document: ApiDocument;
  readonly #components = new Components();
  /** References on the way down, so that a tree ends. */
  readonly #within: string[] = [];

  constructor(document: ApiDocument) {
    this.#document = document;
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      this.#components.schemas.set(name, schema);
    }
  }

  places(schema: Schema, path: readonly string[]): FieldPlace[] {
    const { $ref: reference } = schema;
    if (typeof reference !== "string") {
      return this.#placesIn(schema, path);
    }
    if (this.#within.includes(reference)) {
      return [];
    }
    this.#within.push(reference);
    const found = this.#placesIn(resolveSchema(schema, this.#document), path);
    this.#within.pop();
    return found;
  }

  #placesIn(schema: Schema, path: readonly string[]): FieldPlace[] {
    const branches = ["anyOf", "oneOf", "allOf"].flatMap((word) => schemasIn(schema[word]));
    const { properties, additionalProperties, items } = schema;
    const inner = [
      ...branches.flatMap((branch) => this.places(branch, path)),
      ...(isSchema(items) ? this.#placesOfItem(items, path) : []),
      ...(isSchema(properties) ? this.#placesOfProperties(schema, properties, path) : []),
      ...(isSchema(additionalProperties)
        ? this.#placesOfEntry(schema, additionalProperties, path)
        : []),
    ];
    return inner.length > 0 ? inner : [{ path, schema, write: (value) => value }];
  }

  #placesOfItem(items: Schema, path: readonly string[]): FieldPlace[] {
    return this.places(items, [...path, "0"]).map((place) => ({
      ...place,
      write: (value) => [place.write(value)],
    }));
  }

  #placesOfProperties(schema: Schema, properties: Schema, path: readonly string[]): FieldPlace[] {
    const around = exampleOf(schema, this.#components);
    return Object.entries(properties).flatMap(([name, property]) =>
      this.places(isSchema(property) ? property : {}, [...path, name]).map((place) => ({
        ...place,
        write: (value: unknown) => ({
          ...(isSchema(around) ? around : {}),
          [name]: place.write(value),
        }),
      })),
    );
  }

  #placesOfEntry(schema: Schema, entry: Schema, path: readonly string[]): FieldPlace[] {
    const example = isSchema(schema["properties"]) ? exampleOf(schema, this.#components) : {};
    const around = isSchema(example) ? example : {};
    return this.places(entry, [...path, ANY_NAME]).map((place) => ({
      ...place,
      write: (value) => ({ ...around, [SOME_NAME]: place.write(value) }),
    }));
  }
}
