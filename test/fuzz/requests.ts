/** Requests made out of the document: valid, near-valid and hostile, in path, query, headers and body. */
import * as fc from "fast-check";

import type { ApiDocument, ApiOperation, Parameter, Schema } from "../support/openapi.ts";
import { type KnownIds, fromSchema } from "./from-schema.ts";
import { brokenBody, hostileString, hostileValue, writeJson } from "./hostile.ts";

export interface FuzzRequest {
  operation: ApiOperation;
  method: string;
  /** Path and query, as they go over the wire. */
  target: string;
  headers: Record<string, string>;
  body: Buffer | null;
  /** Whether it certainly reaches `operation`; else it may meet any route of the dialect, or none. */
  routed: boolean;
}

export interface RequestContext {
  document: ApiDocument;
  pathIds: KnownIds;
  fieldIds: KnownIds;
  credentials: { key: string; tokens: readonly string[]; operator: string };
}

/** What a server takes as one line of a request is bounded by the server before Bobbin. */
const MAX_URL_PART_CHARS = 1500;
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const PATH_TRICKS = [
  "",
  ".",
  "..",
  "%2e%2e",
  "..%2f..%2fadmin",
  "%00",
  "%ff%fe",
  "%zz",
  "a%0d%0aX:%20y",
  "a;b=c",
  "%F0%9F%98%80",
];
const CONTENT_TYPES = [
  "text/plain",
  "application/json; charset=utf-16",
  "application/json;;",
  "multipart/form-data",
  "multipart/form-data; boundary=",
  "x",
  "",
];
const AUTHORIZATIONS = [
  "",
  "Bearer",
  "Bearer ",
  "Basic c2stZGV2",
  "Bearer sk-dev sk-dev",
  "Bearer eyJ.e30.x",
  "Bearer eyJhbGciOiJub25lIn0.e30.x",
  `Bearer sk-${"x".repeat(4000)}`,
  "Bearer sk-\xe9",
];

/** Weighted against 1 of each other kind. */
const USUAL = 8;
/** The same in a path: one odd id among several is enough to reach nothing. */
const USUAL_ID = 24;

export function requestFor(
  operation: ApiOperation,
  context: RequestContext,
): fc.Arbitrary<FuzzRequest> {
  return fc
    .record({
      path: pathOf(operation, context),
      query: queryOf(operation, context),
      other: rarely(fc.constantFrom(...METHODS), null, 25),
      headers: headersOf(operation, context),
      content: contentOf(operation, context),
    })
    .map(({ path, query, other, headers, content }) => ({
      operation,
      method: other ?? operation.method,
      target: path.text + query,
      headers: { ...content.headers, ...headers },
      body: content.body,
      routed: path.routed && (other === null || other === operation.method),
    }));
}

/** Once in so many times; else nothing of the kind. */
function rarely<Value, None>(
  arbitrary: fc.Arbitrary<Value>,
  none: None,
  oneIn: number,
): fc.Arbitrary<Value | None> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(none) }, { weight: 1, arbitrary });
}

interface Path {
  text: string;
  routed: boolean;
}

function pathOf({ path }: ApiOperation, { pathIds }: RequestContext): fc.Arbitrary<Path> {
  const segments = path.split("/").slice(1);
  const arbitraries = segments.map((segment) => {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    return name === undefined
      ? fc.constant({ text: segment, routed: true })
      : segmentOf(pathIds[name]);
  });
  return fc.tuple(...arbitraries).map((parts) => ({
    text: `/${parts.map(({ text }) => text).join("/")}`,
    routed: parts.every(({ routed }) => routed),
  }));
}

function segmentOf(id: string | undefined): fc.Arbitrary<Path> {
  return fc.oneof(
    {
      weight: USUAL_ID,
      arbitrary: fc.constant({ text: encodeURIComponent(id ?? "none"), routed: id !== undefined }),
    },
    {
      weight: 1,
      arbitrary: hostileString.map((text) => ({ text: toUrl(text), routed: false })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...PATH_TRICKS).map((text) => ({ text, routed: false })),
    },
  );
}

function queryOf(operation: ApiOperation, context: RequestContext): fc.Arbitrary<string> {
  const known = operation.parameters
    .filter((parameter) => parameter.in === "query")
    .map((parameter) => rarely(fieldOf(parameter, context), "", 3));
  const unknown = rarely(
    fc.tuple(hostileString, hostileString).map(([name, value]) => `${toUrl(name)}=${toUrl(value)}`),
    "",
    20,
  );
  return fc.tuple(...known, unknown).map((fields) => {
    const text = fields.filter((field) => field !== "").join("&");
    return text === "" ? "" : `?${text}`;
  });
}

function fieldOf({ name, schema }: Parameter, context: RequestContext): fc.Arbitrary<string> {
  const { document, fieldIds: ids } = context;
  return fc
    .oneof(
      { weight: USUAL, arbitrary: fromSchema({ document, ids, nearly: false }, schema) },
      { weight: 1, arbitrary: hostileValue },
    )
    .map((value) => writeField(name, value));
}

/** `name=a`, `name[]=a&name[]=b`, `name[key]=a`. */
function writeField(name: string, value: unknown): string {
  if (typeof value !== "object" || value === null) {
    return `${toUrl(name)}=${toUrl(toText(value))}`;
  }
  const keyOf = (key: string) => (Array.isArray(value) ? "" : toUrl(key));
  return Object.entries(value)
    .map(([key, member]) => `${toUrl(name)}[${keyOf(key)}]=${toUrl(toText(member))}`)
    .join("&");
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : writeJson(value);
}

function toUrl(text: string): string {
  return encodeURIComponent(text.slice(0, MAX_URL_PART_CHARS).toWellFormed());
}

function headersOf(
  operation: ApiOperation,
  { credentials: { key, tokens, operator } }: RequestContext,
): fc.Arbitrary<Record<string, string>> {
  const own = "operator" in (operation.security[0] ?? {}) ? operator : key;
  const authorization = fc.oneof(
    { weight: 30, arbitrary: fc.constant(`Bearer ${own}`) },
    { weight: 4, arbitrary: fc.constantFrom(...tokens).map((token) => `Bearer ${token}`) },
    { weight: 2, arbitrary: fc.constantFrom(...AUTHORIZATIONS) },
    { weight: 1, arbitrary: headerText },
  );
  return fc
    .record({
      Authorization: authorization,
      "Idempotency-Key": rarely(headerText, "", 20),
      Range: rarely(
        fc.constantFrom(
          "bytes=0-1",
          "bytes=-1",
          "bytes=9-0",
          "bytes=99999999999999999999-",
          "lines=1",
        ),
        "",
        5,
      ),
      "If-None-Match": rarely(headerText, "", 20),
      "Last-Event-ID": rarely(headerText, "", 20),
      "X-Request-Id": rarely(headerText, "", 20),
      Origin: rarely(headerText, "", 20),
    })
    .map((headers) =>
      Object.fromEntries(Object.entries(headers).filter(([, text]) => text !== "")),
    );
}

/** What a client's HTTP library lets into a header: no line breaks, and bytes beyond ASCII. */
const headerText = hostileString.map((text) =>
  text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "?").slice(0, MAX_URL_PART_CHARS),
);

interface Content {
  headers: Record<string, string>;
  body: Buffer | null;
}

const NO_CONTENT: Content = { headers: {}, body: null };

function contentOf(operation: ApiOperation, context: RequestContext): fc.Arbitrary<Content> {
  const kinds = Object.entries(operation.requestBody.content).map(([type, { schema }]) =>
    contentOfType(type, schema, context),
  );
  return kinds.length === 0
    ? fc.oneof({ weight: USUAL * 2, arbitrary: fc.constant(NO_CONTENT) }, strayContent)
    : fc.oneof(...kinds);
}

/** A body where none is asked for. */
const strayContent: fc.Arbitrary<Content> = brokenBody.map((body) => ({
  headers: { "Content-Type": "application/json" },
  body,
}));

function contentOfType(
  type: string,
  schema: Schema,
  context: RequestContext,
): fc.Arbitrary<Content> {
  const contentType = fc.oneof(
    { weight: USUAL * 3, arbitrary: fc.constant(type) },
    { weight: 1, arbitrary: fc.constantFrom(...CONTENT_TYPES) },
  );
  if (type === "multipart/form-data") {
    return multipart;
  }
  return fc.tuple(contentType, bodyOf(type, schema, context)).map(([sent, body]) => ({
    headers: sent === "" ? {} : { "Content-Type": sent },
    body,
  }));
}

function bodyOf(type: string, schema: Schema, context: RequestContext): fc.Arbitrary<Buffer> {
  const { document, fieldIds: ids } = context;
  const write = type.includes("urlencoded") ? writeForm : writeJson;
  const written = (value: unknown) => Buffer.from(write(value));
  return fc.oneof(
    { weight: 4, arbitrary: fromSchema({ document, ids, nearly: false }, schema).map(written) },
    { weight: 5, arbitrary: fromSchema({ document, ids, nearly: true }, schema).map(written) },
    { weight: 1, arbitrary: hostileValue.map(written) },
    { weight: 1, arbitrary: brokenBody },
  );
}

function writeForm(value: unknown): string {
  return typeof value === "object" && value !== null
    ? Object.entries(value)
        .map(([name, member]) => writeField(name, member))
        .join("&")
    : toText(value);
}

const BOUNDARY = "fuzz-boundary";
const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

const multipart: fc.Arbitrary<Content> = fc
  .record({
    field: fc.oneof({ weight: USUAL, arbitrary: fc.constant("file") }, hostileString),
    fileName: fc.oneof(fc.constant("notes.txt"), hostileString),
    type: fc.constantFrom("text/plain", "image/png", "x", "", "text/html\x00"),
    bytes: fc.uint8Array({ maxLength: 300 }),
    end: fc.constantFrom(
      `\r\n--${BOUNDARY}--\r\n`,
      `\r\n--${BOUNDARY}--`,
      "",
      `\r\n--${BOUNDARY}\r\n`,
    ),
    sent: fc.oneof(
      { weight: USUAL, arbitrary: fc.constant(FORM_TYPE) },
      fc.constantFrom(...CONTENT_TYPES),
    ),
  })
  .map(({ field, fileName, type, bytes, end, sent }) => {
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${field}"; filename="${fileName}"\r\nContent-Type: ${type}\r\n\r\n`;
    const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(end)]);
    return { headers: sent === "" ? {} : { "Content-Type": sent }, body };
  });
