/** Makes one example of a JSON schema out of the examples that its parts have. */
import { type Components, type Json, isObject } from "./schemas";

const REFERENCE = "#/components/schemas/";

const OF_FORMAT = new Map(
  Object.entries({
    "date-time": "2026-11-21T09:30:00.000Z",
    uuid: "2b3dc1e9-634d-4bd5-b9d7-94a9b4a0662c",
    uri: "https://example.org/",
  }),
);

const OF_TYPE: Record<string, unknown> = {
  string: "text",
  integer: 1,
  number: 1,
  boolean: true,
};

export function exampleOf(schema: Json, components: Components): unknown {
  const target = resolve(schema, components);
  const given = firstOf(target["examples"]) ?? target["const"] ?? target["default"];
  if (given !== undefined) {
    return given;
  }
  const form = firstOf(target["enum"]) ?? firstOf(target["anyOf"]) ?? firstOf(target["oneOf"]);
  if (form !== undefined) {
    return isObject(form) ? exampleOf(form, components) : form;
  }
  return exampleOfType(target, components);
}

function exampleOfType(schema: Json, components: Components): unknown {
  const { items, prefixItems, properties, format } = schema;
  // `["string", "null"]`: the value and not its absence.
  const type = firstOf(schema["type"]) ?? schema["type"];
  if (type === "array") {
    const places = Array.isArray(prefixItems) ? prefixItems : [items];
    return places.filter(isObject).map((place) => exampleOf(place, components));
  }
  if (type === "object") {
    return isObject(properties) ? exampleOfObject(schema, properties, components) : {};
  }
  return OF_FORMAT.get(String(format)) ?? (type === "null" ? null : (OF_TYPE[String(type)] ?? {}));
}

/** What is required, and of the rest what has an example of its own. */
function exampleOfObject(schema: Json, properties: Json, components: Components): Json {
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const shown = Object.entries(properties).filter(
    ([name, property]) => required.includes(name) || hasExample(property, components),
  );
  return Object.fromEntries(
    shown.map(([name, property]) => [
      name,
      isObject(property) ? exampleOf(property, components) : null,
    ]),
  );
}

function hasExample(schema: unknown, components: Components): boolean {
  return isObject(schema) && resolve(schema, components)["examples"] !== undefined;
}

function resolve(schema: Json, components: Components): Json {
  const { $ref: reference, ...beside } = schema;
  return typeof reference === "string"
    ? { ...components.schemas.get(reference.replace(REFERENCE, "")), ...beside }
    : schema;
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}
