/** Reads an OpenAPI document as tests need it: operation by operation, references resolved. */
import * as z from "zod";

/** A JSON schema. */
export type Schema = Readonly<Record<string, unknown>>;

const SchemaField = z.record(z.string(), z.unknown());
const Content = z.record(z.string(), z.object({ schema: SchemaField.default({}) }));

const ParameterField = z.object({
  name: z.string(),
  in: z.enum(["path", "query", "header"]),
  required: z.boolean().default(false),
  schema: SchemaField,
});
export type Parameter = z.output<typeof ParameterField>;

const OperationField = z.object({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(ParameterField).default([]),
  requestBody: z.object({ content: Content }).default({ content: {} }),
  responses: z.record(z.string(), z.object({ content: Content.default({}) })),
});

const DocumentField = z.object({
  paths: z.record(z.string(), z.record(z.string(), OperationField)),
  components: z.object({ schemas: z.record(z.string(), SchemaField) }),
});
export type ApiDocument = z.output<typeof DocumentField>;

export interface ApiOperation extends z.output<typeof OperationField> {
  /** In capitals. */
  method: string;
  /** With `{thread_id}` and the like. */
  path: string;
}

export function readDocument(json: unknown): ApiDocument {
  return DocumentField.parse(json);
}

export function operationsOf({ paths }: ApiDocument): ApiOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      ...operation,
    })),
  );
}

const REFERENCE = "#/components/schemas/";

/** The schema that a reference names, under what stands beside the reference; other schemas as they are. */
export function resolveSchema(schema: Schema, { components }: ApiDocument): Schema {
  const { $ref: reference, ...beside } = schema;
  if (typeof reference !== "string") {
    return schema;
  }
  const target = components.schemas[reference.replace(REFERENCE, "")];
  if (target === undefined) {
    throw new Error(`The document has no ${reference}.`);
  }
  return { ...target, ...beside };
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands under a keyword that holds a list of schemas, e.g. `anyOf`. */
export function schemasIn(value: unknown): Schema[] {
  return Array.isArray(value) ? value.filter(isSchema) : [];
}
