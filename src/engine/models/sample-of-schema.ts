import { isJsonObject } from "../../domain/json";

/** How deep a sample follows a schema that contains itself. */
const MAX_DEPTH = 8;

type Schema = Record<string, unknown>;

/**
 * A value that a JSON Schema describes, always the same one: its default or its first example, enum
 * or alternative, the required properties of an object, one item of an array. Rules about lengths
 * and patterns are not followed.
 */
export function sampleOfSchema(schema: unknown, depth = 0): unknown {
  if (!isJsonObject(schema) || depth > MAX_DEPTH) {
    return {};
  }
  const given = givenValue(schema);
  if (given !== undefined) {
    return given;
  }
  const alternatives = firstList(schema, ["anyOf", "oneOf", "allOf"]);
  if (alternatives !== undefined) {
    return sampleOfSchema(alternatives[0], depth + 1);
  }
  const type: unknown = [schema["type"]].flat()[0];
  if (type === "array") {
    return "items" in schema ? [sampleOfSchema(schema["items"], depth + 1)] : [];
  }
  if (type === "integer" || type === "number") {
    return schema["minimum"] ?? 0;
  }
  return SCALARS.has(type) ? SCALARS.get(type) : sampleOfObject(schema, depth);
}

const SCALARS = new Map<unknown, unknown>([
  ["string", "text"],
  ["boolean", false],
  ["null", null],
]);

function sampleOfObject(schema: Schema, depth: number): Schema {
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => required.includes(name))
      .map(([name, property]) => [name, sampleOfSchema(property, depth + 1)]),
  );
}

function givenValue(schema: Schema): unknown {
  return schema["const"] ?? schema["default"] ?? firstList(schema, ["examples", "enum"])?.[0];
}

function firstList(schema: Schema, keys: readonly string[]): unknown[] | undefined {
  for (const key of keys) {
    const list = schema[key];
    if (Array.isArray(list) && list.length > 0) {
      return list;
    }
  }
  return undefined;
}
