/** A JSON schema out of an OpenAPI document, asked what may stand at a place. Pure. */
import { asText, isObject } from "../api/json.ts";
import type { Path } from "./json-tree.ts";

export type Schema = Record<string, unknown>;

export interface Field {
  name: string;
  schema: Schema;
  isRequired: boolean;
}

/** @param root Has what references name, as `{components: {schemas}}`. */
export class SchemaReader {
  readonly #root: Schema;

  constructor(root: Schema) {
    this.#root = root;
  }

  /** What may stand at `path` of `value`; several where the value does not decide. */
  at(path: Path, value: unknown): Schema[] {
    let schemas = this.#narrow([this.#root], value);
    let at = value;
    for (const step of path) {
      const inside: unknown = isObject(at) || Array.isArray(at) ? Reflect.get(at, step) : undefined;
      schemas = schemas.flatMap((schema) => this.inside(schema, step, inside));
      at = inside;
    }
    return schemas;
  }

  /** What may stand at one step into an object or an array; `value` is what stands there. */
  inside(schema: Schema, step: string | number, value: unknown): Schema[] {
    return this.#narrow(stepInto(schema, step), value);
  }

  /** Fields of the object at `path`, each once. */
  fieldsAt(path: Path, value: unknown): Field[] {
    const fields = this.at(path, value).flatMap((schema) => {
      const required = Array.isArray(schema["required"]) ? schema["required"] : [];
      const properties = isObject(schema["properties"]) ? schema["properties"] : {};
      return Object.entries(properties)
        .filter((entry): entry is [string, Schema] => isObject(entry[1]))
        .map(([name, field]) => ({ name, schema: field, isRequired: required.includes(name) }));
    });
    return [...new Map(fields.map((field) => [field.name, field])).values()];
  }

  /** Values that the schemas at `path` name. */
  valuesAt(path: Path, value: unknown): unknown[] {
    const values = this.at(path, value).flatMap((schema) => [
      ...(Array.isArray(schema["enum"]) ? schema["enum"] : []),
      ...("const" in schema ? [schema["const"]] : []),
      ...(schema["type"] === "boolean" ? [true, false] : []),
      ...("default" in schema ? [schema["default"]] : []),
      ...(Array.isArray(schema["examples"]) ? schema["examples"] : []),
    ]);
    return [...new Map(values.map((one) => [JSON.stringify(one), one])).values()];
  }

  #resolve(schema: Schema): Schema {
    const reference = schema["$ref"];
    if (typeof reference !== "string") {
      return schema;
    }
    let at: unknown = this.#root;
    for (const step of reference.replace("#/", "").split("/")) {
      at = isObject(at) ? at[step] : undefined;
    }
    return isObject(at) ? this.#resolve(at) : {};
  }

  /** Without references and unions: of a union, the forms whose constants are those of the value. */
  #narrow(schemas: readonly Schema[], value: unknown): Schema[] {
    const plain = schemas.flatMap((given) => {
      const schema = this.#resolve(given);
      const forms = [schema["anyOf"], schema["oneOf"]].find(Array.isArray);
      return forms === undefined ? [schema] : this.#narrow(forms.filter(isObject), value);
    });
    const fitting = plain.filter((schema) => isOfKind(schema, value));
    return fitting.length === 0 ? plain : fitting;
  }
}

/** Whether nothing that a schema holds fixed is another in the value. */
function isOfKind({ properties }: Schema, value: unknown): boolean {
  if (!isObject(properties) || !isObject(value)) {
    return true;
  }
  return Object.entries(properties).every(
    ([name, field]) =>
      !isObject(field) ||
      field["const"] === undefined ||
      value[name] === undefined ||
      value[name] === field["const"],
  );
}

function stepInto(schema: Schema, step: string | number): Schema[] {
  if (typeof step === "number") {
    return isObject(schema["items"]) ? [schema["items"]] : [];
  }
  const field = isObject(schema["properties"]) ? schema["properties"][step] : undefined;
  return [field ?? schema["additionalProperties"]].filter(isObject);
}

/** What a field takes, in a few words. */
export function describe(schema: Schema): string {
  const values = [schema["enum"], schema["const"]].find((one) => one !== undefined);
  return values === undefined ? asText(schema["type"]) : asText(values);
}
