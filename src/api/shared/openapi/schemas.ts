/** Zod schemas as the JSON schemas of an OpenAPI 3.1 document; named ones become its components. */
import * as z from "zod";

/** A JSON schema, or any other object of a document. */
export interface Json {
  [name: string]: unknown;
}

export class Components {
  readonly schemas = new Map<string, Json>();
  readonly examples = new Map<string, Json>();

  /**
   * The JSON schema of what a client sends (`input`) or gets (`output`); refers to the components
   * for every schema inside that has a `meta` id.
   */
  add(schema: z.ZodType, io: "input" | "output"): Json {
    // In an object of its own, so that a named schema at the root becomes a component as well.
    const { properties, $defs } = z.toJSONSchema(z.object({ root: schema }), {
      io,
      unrepresentable: "any",
      override: ({ zodSchema, jsonSchema }) => {
        const { document, ...meta } = z.globalRegistry.get(zodSchema) ?? {};
        const instead = document instanceof z.ZodType ? this.add(document, io) : document;
        describeByMeta(jsonSchema, { ...meta, document: instead });
      },
    });
    for (const [name, definition] of Object.entries($defs ?? {})) {
      this.#name(name, relink(definition));
    }
    return relink(properties?.["root"]);
  }

  /** A reference to the example, which is kept under this name once. */
  addExample(name: string, value: unknown): Json {
    this.examples.set(name, { value });
    return { $ref: `#/components/examples/${name}` };
  }

  #name(name: string, definition: Json): void {
    const kept = this.schemas.get(name);
    if (kept !== undefined && JSON.stringify(kept) !== JSON.stringify(definition)) {
      throw new Error(`Two schemas are named ${name} in the document.`);
    }
    this.schemas.set(name, definition);
  }
}

/** `document` in a schema's meta, a JSON or a zod schema, replaces what zod makes of it; `example` is JSON schema's list. */
function describeByMeta(jsonSchema: Json, meta: Json): void {
  const { document, example } = meta;
  if (isObject(document)) {
    for (const name of ["type", "pattern", "anyOf", "oneOf", "allOf", "items", "maxItems"]) {
      delete jsonSchema[name];
    }
    Object.assign(jsonSchema, document);
    delete jsonSchema["document"];
  }
  if (example !== undefined) {
    delete jsonSchema["example"];
    jsonSchema["examples"] = [example];
  }
}

/** `#/$defs/Thread` of one schema is `#/components/schemas/Thread` of the document. */
function relink(schema: unknown): Json {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
  const linked: Json = JSON.parse(text);
  delete linked["id"];
  return linked;
}

/** Neither null nor a list. */
export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
