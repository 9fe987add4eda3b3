/** Holds a reply against the document. */
import { type Schema as JsonSchema, Validator } from "@cfworker/json-schema";

import {
  type ApiDocument,
  type ApiOperation,
  type Schema,
  operationsOf,
} from "../support/openapi.ts";
import type { FuzzRequest } from "./requests.ts";
import type { FuzzReply } from "./send.ts";

const JSON_TYPE = "application/json";

/** A HEAD has no body, and OPTIONS is answered for browsers before any dialect. */
const BODILESS = new Set(["HEAD", "OPTIONS"]);

export type Judge = (request: FuzzRequest, reply: FuzzReply | null) => string[];

/** @returns A judge, who names what is wrong with a reply, each in a few words: nothing is right. */
export function judgeBy(document: ApiDocument): Judge {
  const validators = new Map<Schema, Validator>();
  const operations = operationsOf(document);

  function misfits(schema: Schema, value: unknown): string[] {
    const validator = validators.get(schema) ?? makeValidator(schema, document);
    validators.set(schema, validator);
    const { valid, errors } = validator.validate(value);
    const [first] = errors.toReversed();
    return valid ? [] : [`misses its schema: ${first?.instanceLocation} ${first?.error}`];
  }

  return (request, reply) => {
    if (reply === null) {
      return ["hangs"];
    }
    const { operation, routed, method } = request;
    const answers = operation.responses[reply.status];
    return [
      ...(reply.status >= 500 && !isForeseen(reply, operation) ? [`answers ${reply.status}`] : []),
      ...(reply.requestId === undefined ? ["has no X-Request-Id"] : []),
      ...(routed && answers === undefined
        ? [`answers ${reply.status}, which is not documented`]
        : []),
      ...(BODILESS.has(method) ? [] : judgeBody(request, reply)),
    ];
  };

  function judgeBody({ operation, routed }: FuzzRequest, reply: FuzzReply): string[] {
    const schema =
      reply.status >= 400
        ? errorSchemaOf(operation, operations)
        : operation.responses[reply.status]?.content[JSON_TYPE]?.schema;
    if (schema === undefined || (!routed && reply.status < 400)) {
      return [];
    }
    const value = parse(reply);
    return value === undefined ? [`answers ${reply.status} in no JSON`] : misfits(schema, value);
  }
}

/** 503 says when to come again, and 502 is a run's own failure where the reply is the run's text alone. */
function isForeseen({ status }: FuzzReply, { responses }: ApiOperation): boolean {
  return status !== 500 && status in responses;
}

/** Errors of a dialect are all of one form: that of its 401. */
function errorSchemaOf(
  operation: ApiOperation,
  operations: readonly ApiOperation[],
): Schema | undefined {
  const own = operation.responses["401"] ?? operations[0]?.responses["401"];
  return own?.content[JSON_TYPE]?.schema;
}

function makeValidator(schema: Schema, { components }: ApiDocument): Validator {
  // The references of the document start at its root.
  const root: JsonSchema = { ...schema, components };
  return new Validator(root, "2020-12", false);
}

function parse({ contentType, text }: FuzzReply): unknown {
  try {
    return contentType.startsWith(JSON_TYPE) ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
