/**
 * The OpenAPI 3.1 document, made by walking the app's routes: what a route's `operation` says is what
 * the document says, and a route without one is not in it.
 */
import type { Hono, Schema } from "hono";
import { findTargetHandler } from "hono/utils/handler";
import type * as z from "zod";

import type { Entity, Failure } from "../../../domain/failure";
import type { AppEnv } from "../app-env";
import { type Operation, operationOf } from "../operation";
import type { ErrorMap } from "../reply/error-map";
import { exampleOf } from "./example";
import { FAILURE_EXAMPLES } from "./failure-examples";
import { Components, type Json, isObject } from "./schemas";
import type { DocumentedOperation, OpenApiDocument, Parameter, Replies } from "./types";

/** What a dialect adds to its operations. */
export interface DialectDocument {
  /** In the names of the components that are its own. */
  name: string;
  /** Where it is mounted. */
  prefix: string;
  errors: ErrorMap;
  errorSchema: z.ZodType;
  /** What each name in a path stands for; without an entity it is never not found. */
  pathParameters: Record<string, { entity?: Entity; description: string }>;
  /** What its tags stand under. */
  group: string;
  /** Tag → what is in it; in the order in which they are shown. */
  tags: Record<string, string>;
}

export interface DocumentInfo {
  title: string;
  version: string;
  description: string;
}

/** As the app has it: the path with `:thread_id` and the like. */
interface Route {
  method: string;
  path: string;
}

const EXAMPLE_REQUEST_ID = "7c0b6f1e-0d1f-4c57-9d0f-0b8a1f6f7a34";
const PATH_PARAMETER = /:(\w+)/g;

/** The OpenAPI document of the app, out of the operations that its routes were made of. */
export function makeDocument<S extends Schema, Base extends string>(
  app: Hono<AppEnv, S, Base>,
  info: DocumentInfo,
  dialects: readonly DialectDocument[],
  isShown: (operation: Operation) => boolean = () => true,
): OpenApiDocument {
  const components = new Components();
  const paths: OpenApiDocument["paths"] = {};
  const schemes = new Set<keyof typeof SECURITY_SCHEMES>();
  for (const { path, method, handler } of app.routes) {
    const operation = operationOf(findTargetHandler(handler));
    const dialect = dialects.find(({ prefix }) => path.startsWith(`${prefix}/`));
    if (operation !== undefined && dialect !== undefined && isShown(operation)) {
      const item = (paths[path.replaceAll(PATH_PARAMETER, "{$1}")] ??= {});
      item[method.toLowerCase()] = describe(operation, { method, path }, dialect, components);
      schemesOf(operation).forEach((scheme) => schemes.add(scheme));
    }
  }
  return {
    openapi: "3.1.1",
    info: { ...info, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    tags: dialects.flatMap(({ tags }) =>
      Object.entries(tags).map(([name, description]) => ({ name, description })),
    ),
    "x-tagGroups": dialects.map(({ group, tags }) => ({ name: group, tags: Object.keys(tags) })),
    paths,
    components: {
      securitySchemes: Object.fromEntries(
        [...schemes].map((scheme) => [scheme, SECURITY_SCHEMES[scheme]]),
      ),
      schemas: Object.fromEntries(components.schemas),
      examples: Object.fromEntries(components.examples),
    },
  };
}

const SECURITY_SCHEMES = {
  apiKey: {
    type: "http",
    scheme: "bearer",
    description: "A key of a project, `sk-…`. Beside each operation is the scope that it needs.",
  },
  sessionToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description:
      "A short-lived token for an end user's browser. Beside each operation is the verb that it must list.",
  },
  operator: {
    type: "http",
    scheme: "bearer",
    description: "The deployment's `ADMIN_KEY`.",
  },
};

function describe(
  operation: Operation,
  route: Route,
  dialect: DialectDocument,
  components: Components,
): DocumentedOperation {
  const { id, tag, summary, description, body, document = {} } = operation;
  const parameters = [
    ...pathParameters(route.path, dialect),
    ...queryParameters(operation, components),
    ...headerParameters(operation),
  ];
  return merge(
    {
      operationId: id,
      tags: [tag],
      summary,
      ...(description === undefined ? {} : { description }),
      security: securityOf(operation),
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(body === undefined ? {} : { requestBody: requestBody(operation, body, components) }),
      responses: {
        ...successOf(operation, components),
        ...failuresOf(operation, route, dialect, components),
      },
    },
    document,
  );
}

function schemesOf({ access, verb }: Operation): (keyof typeof SECURITY_SCHEMES)[] {
  if (access === "operator") {
    return ["operator"];
  }
  return verb === undefined ? ["apiKey"] : ["apiKey", "sessionToken"];
}

/** Each alone suffices; in its list is what the key or token must have. */
function securityOf(operation: Operation): DocumentedOperation["security"] {
  const needed = {
    operator: [],
    apiKey: [operation.access],
    sessionToken: operation.verb === undefined ? [] : [operation.verb],
  };
  return schemesOf(operation).map((scheme) => ({ [scheme]: needed[scheme] }));
}

function pathParameters(
  path: string,
  { pathParameters: known, prefix }: DialectDocument,
): Parameter[] {
  return [...path.matchAll(PATH_PARAMETER)].map(([, name = ""]) => {
    const description = known[name]?.description;
    if (description === undefined) {
      throw new Error(`The dialect at ${prefix} does not say what {${name}} is.`);
    }
    return { name, in: "path", required: true, description, schema: { type: "string" } };
  });
}

function headerParameters({ headers = {} }: Operation): Parameter[] {
  return Object.entries(headers).map(([name, description]) => ({
    name,
    in: "header",
    description,
    schema: { type: "string" },
  }));
}

function queryParameters({ query }: Operation, components: Components): Parameter[] {
  if (query === undefined) {
    return [];
  }
  const { properties, required } = components.add(query, "input");
  const names = Array.isArray(required) ? required : [];
  return Object.entries(isObject(properties) ? properties : {}).map(([name, property]) => {
    const { description, ...schema } = isObject(property) ? property : {};
    return {
      name,
      in: "query",
      ...(names.includes(name) ? { required: true } : {}),
      ...(typeof description === "string" ? { description } : {}),
      // `metadata[user]=ada`
      ...(schema["type"] === "object" ? { style: "deepObject", explode: true } : {}),
      schema,
    };
  });
}

function requestBody({ form }: Operation, body: z.ZodType, components: Components) {
  const schema = components.add(body, "input");
  const content = { schema, example: exampleOf(schema, components) };
  return {
    content: {
      "application/json": content,
      ...(form === undefined ? {} : { "application/x-www-form-urlencoded": { schema } }),
    },
  };
}

function successOf({ reply, events }: Operation, components: Components): Replies {
  const content: NonNullable<Replies[string]["content"]> = {};
  if (reply !== undefined) {
    const schema = components.add(reply, "output");
    content["application/json"] = { schema, example: exampleOf(schema, components) };
  }
  if (events !== undefined) {
    content["text/event-stream"] = { schema: components.add(events, "output") };
  }
  const isEmpty = Object.keys(content).length === 0;
  return { 200: { description: "Done.", ...(isEmpty ? {} : { content }) } };
}

/** Every reply that is no success, by status; its examples are the dialect's own words. */
function failuresOf(
  operation: Operation,
  route: Route,
  dialect: DialectDocument,
  components: Components,
): Replies {
  const { errors } = dialect;
  const schema = components.add(dialect.errorSchema, "output");
  const worded = [
    ...exampleFailures(operation, route, dialect).map(([name, failure]) => ({
      name,
      ...errors.failure(failure, EXAMPLE_REQUEST_ID),
    })),
    { name: "bug", ...errors.bug(EXAMPLE_REQUEST_ID) },
  ];
  const byStatus = Map.groupBy(worded, ({ status }) => status);
  return Object.fromEntries(
    [...byStatus].map(([status, replies]) => {
      const examples = replies.map(({ name, body }) => [
        name,
        components.addExample(`${dialect.name}_${name}`, body),
      ]);
      const content = { schema, examples: Object.fromEntries(examples) };
      const description = DESCRIPTIONS[status] ?? "Refused.";
      return [status, { description, content: { "application/json": content } }];
    }),
  );
}

/** By name; what is not found is one of what the path names. */
function exampleFailures(
  operation: Operation,
  { method, path }: Route,
  { pathParameters: known }: DialectDocument,
): [string, Failure][] {
  const { id } = FAILURE_EXAMPLES.not_found;
  const lost = [...path.matchAll(PATH_PARAMETER)].flatMap(([, name = ""]) => {
    const entity = known[name]?.entity;
    return entity === undefined ? [] : [[entity, { kind: "not_found", entity, id }] as const];
  });
  return [
    ...kindsOf(operation).map((kind) => [kind, FAILURE_EXAMPLES[kind]] as [string, Failure]),
    ...(method === "POST" ? retryFailures(operation) : []),
    ...lost.map(([entity, failure]) => [`${entity}_not_found`, failure] as [string, Failure]),
  ];
}

/** What an `Idempotency-Key` may meet. */
function retryFailures({ access, retry }: Operation): [string, Failure][] {
  if (access === "operator") {
    return [];
  }
  const invalid: [string, Failure] = ["invalid", FAILURE_EXAMPLES.invalid];
  return retry === "never"
    ? [invalid]
    : [
        invalid,
        ["idempotency", FAILURE_EXAMPLES.idempotency],
        [
          "idempotency_in_progress",
          { kind: "idempotency", reason: "in_progress", retryAfterSeconds: 1 },
        ],
        ["idempotency_gone", { kind: "idempotency", reason: "gone" }],
      ];
}

/** The cause, and what mends it. */
const DESCRIPTIONS: Partial<Record<number, string>> = {
  400: "The request breaks a rule. The error says which and where: mend that field and send it again.",
  401: "Who calls is not known. Send a key that is not revoked, or a token that has not expired, as `Authorization: Bearer …`.",
  403: "The caller may not do this. Use a key with the scope, or a token with the verb, that the error names.",
  404: "There is no such thing within the caller's reach. Look at the id, and at whose key or token it is.",
  409: "The state of things does not allow it. Read the thing again, and act on what it is now.",
  408: "The body stopped in mid-way. Send the request again.",
  410: "What the request made when it was sent first has been deleted. Send it under a new Idempotency-Key to make it anew.",
  413: "The body is too large. The error says the limit; long texts go into a file.",
  415: "The body is of another type. Set `Content-Type` to one that the call takes.",
  416: "The range lies behind the end. `Content-Range` says the size.",
  422: "The Idempotency-Key was used for another request. Use a new one for each request.",
  429: "Too much at once, or a quota is used up. Wait for the seconds that `Retry-After` says.",
  500: "A fault of the service. Try again with the same Idempotency-Key; if it stays, report the request's id.",
  502: "With `contentOnly`: the run failed. The error is the run's own; read the run for the action that failed.",
  503: "The service cannot take it on just now. Wait for the seconds that `Retry-After` says, and send it again.",
};

const BODY_FAILURES = [
  "malformed_body",
  "body_stalled",
  "unsupported_media_type",
  "too_large",
  "unavailable",
] as const;

/** What follows from who may call and from what the call takes, and what it names itself. */
function kindsOf(operation: Operation): Failure["kind"][] {
  const { access, body, document = {}, failures = [] } = operation;
  const takesBody = body !== undefined || "requestBody" in document;
  const implied: Failure["kind"][] = [
    // Each call refuses a query that it does not take.
    "invalid",
    ...(takesBody ? BODY_FAILURES : []),
    "missing_authorization",
    "malformed_authorization",
    "invalid_key",
    ...(access === "operator" ? [] : (["forbidden", "rate_limited"] as const)),
  ];
  return [...new Set([...implied, ...failures])];
}

/** Objects are laid over each other name by name; anything else is replaced. */
export function merge<Under extends object>(under: Under, over: Json): Under {
  const merged: Json = Object.fromEntries(Object.entries(under));
  for (const [name, value] of Object.entries(over)) {
    const below = merged[name];
    merged[name] = isObject(below) && isObject(value) ? merge(below, value) : value;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what lies under is all still there
  return merged as Under;
}
