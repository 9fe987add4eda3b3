/** What a token may try to say in each place of an operation: one case for every kind of value. */
import { InputMessage } from "../../src/api/rebyte/message-wire";
import { Components } from "../../src/api/shared/openapi/schemas";
import type { ApiDocument, ApiOperation, Schema } from "../support/openapi";
import { ANY_NAME, type FieldPlace, SOME_NAME, fieldPlaces } from "./field-places";
import type { Ids } from "./id-kinds";
import { idPlaces, kindOfField, withOwnIds } from "./id-places";

export interface FieldCase {
  /** As `OPEN_FIELDS` names it. */
  name: string;
  /** From the outside in, as an issue of a refusal names it. */
  path: (string | number)[];
  /** The query string, from `?` on. */
  query: string;
  body: unknown;
}

/** What is refused of anybody where it is made up. */
const VALUES: [RegExp, unknown[]][] = [
  [/(?:^|\.)language$/, ["en"]],
  [/(?:^|\.)country$/, ["DE"]],
  [/(?:^|\.)timezone$/, ["Europe/Berlin"]],
  // More than a second would be waited for.
  [/^wait$/, ["1"]],
  [/(?:^|\.)parts\.0\.url$/, ["https://example.com/"]],
  [/(?:^|\.)webhook_url$/, ["https://example.com/"]],
  [/(?:^|\.)image_url\.url$/, ["https://example.com/a.png"]],
];

export function fieldCases(operation: ApiOperation, document: ApiDocument, ids: Ids): FieldCase[] {
  const kinds = new Map(
    idPlaces(operation, document).map(({ pointer, kind }) => [pointer, kind] as const),
  );
  const own = (place: FieldPlace) => {
    const [pointer, name] = [place.path.join("."), place.path[0] ?? ""];
    return ids[kinds.get(`query.${name}`) ?? kindOfField(pointer) ?? ""];
  };
  const inBody = bodyPlaces(operation, document).flatMap((place) =>
    valuesFor(place, own(place)).map((value) => ({
      name: nameOf(place, value),
      path: pathOf(place),
      query: "",
      body: withOwnIds(place.write(value), ids),
    })),
  );
  const inQuery = queryPlaces(operation, document).flatMap((place) =>
    valuesFor(place, own(place)).map((value) => ({
      name: `query.${nameOf(place, value)}`,
      path: pathOf(place),
      query: queryOf(place, value),
      body: undefined,
    })),
  );
  return [...inQuery, ...inBody];
}

function bodyPlaces(operation: ApiOperation, document: ApiDocument): FieldPlace[] {
  const schema = operation.requestBody.content["application/json"]?.schema;
  return [
    ...(schema === undefined ? [] : fieldPlaces(schema, document)),
    ...(operation.operationId === "startRun" ? inputMessagePlaces(document) : []),
  ];
}

function queryPlaces({ parameters }: ApiOperation, document: ApiDocument): FieldPlace[] {
  return parameters
    .filter((parameter) => parameter.in === "query")
    .flatMap(({ name, schema }) =>
      fieldPlaces(schema, document).map((place) => ({ ...place, path: [name, ...place.path] })),
    );
}

/** Messages in a run's inputs are read although the document calls an input the tool's own affair. */
function inputMessagePlaces(document: ApiDocument): FieldPlace[] {
  const schema = new Components().add(InputMessage, "input");
  return fieldPlaces(schema, document).map((place) => ({
    ...place,
    path: ["inputs", "0", "messages", "0", ...place.path],
    write: (value) => ({ inputs: [{ messages: [place.write(value)] }] }),
  }));
}

function nameOf({ path, schema }: FieldPlace, value: unknown): string {
  const isChoice = value === null || "enum" in schema || "const" in schema;
  return path.join(".") + (isChoice ? `=${String(value)}` : "");
}

function pathOf({ path }: FieldPlace): (string | number)[] {
  return path.map((step) => (step === "0" ? 0 : step === ANY_NAME ? SOME_NAME : step));
}

function queryOf({ path }: FieldPlace, value: unknown): string {
  const [name = "", inner] = path.filter((step) => step !== "0");
  const nested = inner === undefined ? "" : `[${inner === ANY_NAME ? SOME_NAME : inner}]`;
  return `?${encodeURIComponent(name + nested)}=${encodeURIComponent(String(value))}`;
}

/** Every choice of a list; of other values those at both ends, without what stands for nothing said. */
function valuesFor({ path, schema }: FieldPlace, id: string | undefined): unknown[] {
  const pointer = path.join(".");
  const { enum: choices, const: only, default: otherwise } = schema;
  if (Array.isArray(choices)) {
    return choices;
  }
  if (only !== undefined) {
    return [only];
  }
  const given = VALUES.find(([form]) => form.test(pointer))?.[1];
  return (given ?? valuesOfType(schema, id)).filter((value) => value !== otherwise);
}

function valuesOfType(schema: Schema, id: string | undefined): unknown[] {
  const { type, minimum = 0, maximum = 1, format } = schema;
  switch (Array.isArray(type) ? type[0] : type) {
    case "boolean":
      return [true, false];
    case "integer":
    case "number":
      return [minimum, maximum];
    case "null":
      return [null];
    case "string":
      return [format === "date-time" ? "2026-11-21T09:30:00.000Z" : (id ?? "text")];
    default:
      return ["text"];
  }
}
