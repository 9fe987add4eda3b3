/** What is wrong with a definition, and where: by the API's own schema, and by its own reader of templates. Pure. */
import { Validator } from "@cfworker/json-schema";

import { inspectValue } from "../../src/template/index.ts";
import type { Issue } from "../api/api-error.ts";
import { isObject } from "../api/json.ts";
import { TEXTS } from "../texts.ts";
import type { Schema, SchemaReader } from "./schema.ts";

const { editor: WORDS } = TEXTS;

type Path = Issue["path"];

/** Names that templates may read besides the actions': what a run is given, and what a loop defines. */
const KNOWN_NAMES = new Set(["INPUT", "env", "loop", "run", "state"]);

/** @param reader Its root is the schema of the whole. */
export function checkDefinition(reader: SchemaReader, value: unknown): Issue[] {
  return [...check(reader, reader.at([], value), value, []), ...checkTemplates(value)];
}

/** Of several forms the one that fits best speaks. */
function check(reader: SchemaReader, schemas: Schema[], value: unknown, path: Path): Issue[] {
  let best: Issue[] | null = null;
  for (const schema of schemas) {
    const issues = checkForm(reader, schema, value, path);
    if (issues.length === 0) {
      return [];
    }
    best = best === null || issues.length < best.length ? issues : best;
  }
  return best ?? [];
}

function checkForm(reader: SchemaReader, schema: Schema, value: unknown, path: Path): Issue[] {
  const own = checkItself(schema, value, path);
  if (own.length > 0) {
    return own;
  }
  const inside: [string | number, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : isObject(value)
      ? Object.entries(value)
      : [];
  return inside.flatMap(([step, item]) =>
    check(reader, reader.inside(schema, step, item), item, [...path, step]),
  );
}

function checkItself(schema: Schema, value: unknown, path: Path): Issue[] {
  if (isObject(value) && isObject(schema["properties"])) {
    return checkFields(schema, schema["properties"], value, path);
  }
  const { items: _, properties: _2, additionalProperties: _3, $ref: _4, ...flat } = schema;
  const { errors } = new Validator(flat, "2020-12").validate(value);
  const message = errors.at(-1)?.error;
  return message === undefined ? [] : [{ path, message }];
}

function checkFields(
  schema: Schema,
  fields: Schema,
  value: Record<string, unknown>,
  path: Path,
): Issue[] {
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const missing = required
    .filter((name): name is string => typeof name === "string" && !(name in value))
    .map((name) => ({ path, message: WORDS.missing(name) }));
  const unknown =
    schema["additionalProperties"] === false
      ? Object.keys(value)
          .filter((name) => !(name in fields))
          .map((name) => ({
            path: [...path, name],
            message: WORDS.unknown(name, Object.keys(fields).join(", ")),
          }))
      : [];
  return [...missing, ...unknown];
}

function checkTemplates(value: unknown): Issue[] {
  const actions: unknown[] =
    isObject(value) && Array.isArray(value["actions"]) ? value["actions"] : [];
  const { issues, references } = inspectValue(actions, ["actions"]);
  const names = new Set([...KNOWN_NAMES, ...namesIn(actions)]);
  return [
    ...issues,
    ...references
      .filter(({ name }) => /^[A-Z]/.test(name) && !names.has(name))
      .map(({ name, path }) => ({ path, message: WORDS.noAction(name) })),
  ];
}

/** Of all actions, those inside others included. */
export function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(namesIn);
  }
  if (!isObject(value)) {
    return [];
  }
  const name = value["name"];
  return [
    ...(typeof name === "string" ? [name] : []),
    ...namesIn(value["actions"]),
    ...namesIn(value["else"]),
  ];
}
