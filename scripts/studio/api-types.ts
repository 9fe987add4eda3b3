/** TypeScript of calls of the API, out of its OpenAPI document: those of the studio, those of the client package. */
import * as z from "zod";

const HEADER = `/** Calls of the public API. Made from /openapi.json by \`npm run studio:types\`. */
/* oxlint-disable typescript/no-redundant-type-constituents, max-lines -- It stands as the document has it. */
`;
const METHODS = ["get", "post", "put", "patch", "delete"] as const;

interface Schema {
  $ref?: string | undefined;
  type?: string | string[] | undefined;
  const?: unknown;
  enum?: unknown[] | undefined;
  anyOf?: Schema[] | undefined;
  oneOf?: Schema[] | undefined;
  allOf?: Schema[] | undefined;
  items?: Schema | boolean | undefined;
  prefixItems?: Schema[] | undefined;
  properties?: Record<string, Schema> | undefined;
  required?: string[] | undefined;
  additionalProperties?: Schema | boolean | undefined;
}

const SchemaLike: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    anyOf: z.array(SchemaLike).optional(),
    oneOf: z.array(SchemaLike).optional(),
    allOf: z.array(SchemaLike).optional(),
    items: z.union([SchemaLike, z.boolean()]).optional(),
    prefixItems: z.array(SchemaLike).optional(),
    properties: z.record(z.string(), SchemaLike).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([SchemaLike, z.boolean()]).optional(),
  }),
);

const Content = z.record(z.string(), z.object({ schema: SchemaLike.optional() }));

const Operation = z.object({
  summary: z.string(),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.string(),
        required: z.boolean().optional(),
        schema: SchemaLike.optional(),
      }),
    )
    .default([]),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ content: Content.optional() })),
});
type Operation = z.output<typeof Operation>;

const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), SchemaLike) }),
});

/**
 * @param document As `/openapi.json` answers.
 * @param names The calls to type, as `GET /api/sdk/threads`; one that the document does not have is left out.
 */
export function writeApiTypes(document: unknown, names: { has(name: string): boolean }): string {
  const { paths, components } = Document.parse(document);
  const calls = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.map((method) => ({ name: `${method.toUpperCase()} ${path}`, operation: item[method] }))
      .filter(({ name, operation }) => operation !== undefined && names.has(name))
      .map(({ name, operation }) => callOf(name, Operation.parse(operation))),
  );
  const used = reachable(calls.join("\n"), components.schemas);
  const schemas = Object.entries(components.schemas)
    .filter(([name]) => used.has(name))
    .map(([name, schema]) => `  ${key(name)}: ${typeOf(schema)};`);
  return [
    HEADER,
    "interface Schemas {",
    ...schemas,
    "}",
    "",
    "export interface Calls {",
    ...calls,
    "}",
    "",
  ].join("\n");
}

function callOf(name: string, { summary, parameters, requestBody, responses }: Operation): string {
  const of = (place: string) => parameters.filter((parameter) => parameter.in === place);
  return [
    `  /** ${summary}. */`,
    `  ${JSON.stringify(name)}: {`,
    `    path: ${fields(of("path"))};`,
    `    query: ${fields(of("query"))};`,
    `    body: ${contentType(requestBody?.content)};`,
    `    reply: ${contentType(responses["200"]?.content)};`,
    "  };",
  ].join("\n");
}

function fields(parameters: Operation["parameters"]): string {
  const lines = parameters.map(
    ({ name, required = false, schema }) =>
      `${key(name)}${required ? "" : "?"}: ${schema ? typeOf(schema) : "string"};`,
  );
  return lines.length === 0 ? "object" : `{ ${lines.join(" ")} }`;
}

/** JSON alone is typed; what else a call takes or gives is read by hand. */
function contentType(content: z.output<typeof Content> | undefined): string {
  const schema = content?.["application/json"]?.schema;
  return schema === undefined ? "unknown" : typeOf(schema);
}

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) {
    return `Schemas[${JSON.stringify(schema.$ref.split("/").at(-1))}]`;
  }
  if (schema.const !== undefined) {
    return JSON.stringify(schema.const);
  }
  if (schema.enum !== undefined) {
    return union(schema.enum.map((value) => JSON.stringify(value)));
  }
  const either = schema.anyOf ?? schema.oneOf;
  if (either !== undefined) {
    return union(either.map(typeOf));
  }
  if (schema.allOf !== undefined) {
    return schema.allOf.map((part) => `(${typeOf(part)})`).join(" & ");
  }
  const types = [schema.type ?? []].flat();
  return types.length === 0 ? "unknown" : union(types.map((type) => plainType(type, schema)));
}

function plainType(type: string, schema: Schema): string {
  switch (type) {
    case "integer":
    case "number":
      return "number";
    case "string":
    case "boolean":
    case "null":
      return type;
    case "array":
      return arrayType(schema);
    default:
      return objectType(schema);
  }
}

function arrayType({ prefixItems, items }: Schema): string {
  if (prefixItems !== undefined) {
    return `[${prefixItems.map(typeOf).join(", ")}]`;
  }
  return typeof items === "object" ? `(${typeOf(items)})[]` : "unknown[]";
}

function objectType({
  properties = {},
  required = [],
  additionalProperties: more,
}: Schema): string {
  const lines = Object.entries(properties).map(
    ([name, schema]) => `${key(name)}${required.includes(name) ? "" : "?"}: ${typeOf(schema)};`,
  );
  if (lines.length > 0) {
    const open = more === true || typeof more === "object" ? " & Record<string, unknown>" : "";
    return `{ ${lines.join(" ")} }${open}`;
  }
  return `Record<string, ${typeof more === "object" ? typeOf(more) : "unknown"}>`;
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(" | ");
}

function key(name: string): string {
  return /^[a-z_$][\w$]*$/i.test(name) ? name : JSON.stringify(name);
}

/** Names of the schemas that `text` speaks of, and those that they speak of. */
function reachable(text: string, schemas: Record<string, Schema>): Set<string> {
  const found = new Set<string>();
  const visit = (words: string) => {
    for (const [, name = ""] of words.matchAll(/Schemas\["(\w+)"\]/g)) {
      const schema = schemas[name];
      if (schema !== undefined && !found.has(name)) {
        found.add(name);
        visit(typeOf(schema));
      }
    }
  };
  visit(text);
  return found;
}
