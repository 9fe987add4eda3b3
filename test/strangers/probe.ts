/** One call of the matrix: an operation, with these ids, of which one may be another. */
import { exampleOf } from "../../src/api/shared/openapi/example";
import { Components } from "../../src/api/shared/openapi/schemas";
import { type ApiDocument, type ApiOperation, isSchema } from "../support/openapi";
import type { Ids } from "./id-kinds";
import { type IdPlace, withOwnIds } from "./id-places";
import { type Answer, send } from "./party";

export interface Probe {
  document: ApiDocument;
  ids: Ids;
  /** Where `id` stands instead of the one of `ids`. */
  place?: IdPlace;
  id?: string;
}

export function probe(
  operation: ApiOperation,
  authorization: string | undefined,
  { document, ids, place, id = "" }: Probe,
): Promise<Answer> {
  const inPath = place?.where === "path" ? { ...ids, [place.kind]: id } : ids;
  const path = pathWith(operation, inPath);
  const query = place?.where === "query" ? String(place.write(id)) : "";
  return send(
    operation.method,
    path + query,
    authorization,
    bodyOf(operation, document, ids, place, id),
  );
}

export function pathWith({ path }: ApiOperation, ids: Ids): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? ""));
}

function bodyOf(
  operation: ApiOperation,
  document: ApiDocument,
  ids: Ids,
  place: IdPlace | undefined,
  id: string,
): BodyInit | undefined {
  return place?.where === "body"
    ? JSON.stringify(place.write(id))
    : sampleBody(operation, document, ids);
}

/** The document's example, with the caller's own ids. */
export function sampleBody(
  { requestBody }: ApiOperation,
  document: ApiDocument,
  ids: Ids,
): BodyInit | undefined {
  const json = requestBody.content["application/json"];
  if (json !== undefined) {
    return JSON.stringify(withOwnIds(exampleBody(json.schema, document), ids));
  }
  const form = requestBody.content["multipart/form-data"];
  return form === undefined ? undefined : aForm(form.schema);
}

function exampleBody(schema: Record<string, unknown>, { components }: ApiDocument): unknown {
  const known = new Components();
  for (const [name, component] of Object.entries(components.schemas)) {
    known.schemas.set(name, component);
  }
  return exampleOf(schema, known);
}

/** With the fields that stand in the document with an example. */
function aForm({ properties }: Record<string, unknown>): FormData {
  const form = new FormData();
  for (const [name, field] of Object.entries(isSchema(properties) ? properties : {})) {
    if (isSchema(field) && typeof field["example"] === "string") {
      form.set(name, field["example"]);
    }
  }
  form.set("file", new File(["hello"], "hello.txt", { type: "text/plain" }));
  return form;
}

/** What differs from call to call whoever calls: in replies that grant something new. */
const FRESH = [
  /eyJ[\w-]+\.[\w-]+\.[\w-]+/g,
  /"id":"[^"]*"/g,
  /\b[0-9a-f]{64}\b/g,
  /\b[0-9a-f]{20}\b/g,
  /\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g,
  /\b\d{4}-\d\d-\d\dT[\d:.]+Z/g,
  /(?<=:)\d+(?:\.\d+)?(?=[,}\]])/g,
];

/**
 * An answer as it compares: the id that was asked for is blanked out, with its prefix or without, and
 * of a success what is new each time.
 */
export function alike({ status, headers, text }: Answer, id: string): Answer {
  const blanked = text.replaceAll(id, "<id>").replaceAll(id.replace(/^[a-z]+_/, ""), "<id>");
  return {
    status,
    headers: "x-bobbin-run-id" in headers ? { ...headers, "x-bobbin-run-id": "<new>" } : headers,
    text:
      status < 300 ? FRESH.reduce((of, form) => of.replaceAll(form, "<new>"), blanked) : blanked,
  };
}
