/** Holds a reply against the document. */
import { type Schema as JsonSchema, Validator } from "@cfworker/json-schema";
import * as z from "zod";

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
export function parseBy(document: ApiDocument): Judge {
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
      ...(BODILESS.has(method) ? [] : parseBody(request, reply)),
    ];
  };

  function parseBody({ operation, routed }: FuzzRequest, reply: FuzzReply): string[] {
    if (reply.status >= 400) {
      return [
        ...judgeContent(reply, errorContentOf(operation, operations), misfits),
        ...judgeWords(parse(reply.text)),
      ];
    }
    const content = operation.responses[reply.status]?.content ?? {};
    return routed ? judgeContent(reply, content, misfits) : [];
  }
}

type Content = ApiOperation["responses"][string]["content"];

function judgeContent(
  reply: FuzzReply,
  content: Content,
  misfits: (schema: Schema, value: unknown) => string[],
): string[] {
  const [type = ""] = reply.contentType.split(";");
  if (Object.keys(content).length === 0 || "*/*" in content) {
    return [];
  }
  const schema = content[type]?.schema;
  if (schema === undefined) {
    return [`answers ${reply.status} as ${type || "nothing"}, which is not documented`];
  }
  const value = type === JSON_TYPE ? parse(reply.text) : null;
  if (value === undefined) {
    return [`answers ${reply.status} in broken JSON`];
  }
  return type === JSON_TYPE ? misfits(schema, value) : [];
}

const ApiError = z.object({
  error: z.object({
    message: z.string().default(""),
    issues: z.array(z.object({ message: z.string() })).default([]),
  }),
});

/** What breaks a rule is said in Bobbin's words, and no sentence ends twice. */
export function judgeWords(body: unknown): string[] {
  const refusal = ApiError.safeParse(body);
  if (!refusal.success) {
    return [];
  }
  const { message: whole, issues } = refusal.data.error;
  const wrong = issues
    .map(({ message }) => message)
    .filter((message) => VALIDATOR_WORDS.test(message) || message.endsWith("."));
  return [...wrong, ...(ENDS_TWICE.test(whole) ? [whole] : [])].map(
    (message) => `says ${JSON.stringify(message)}`,
  );
}

/** Behind a word or a quoted one; an id that is told at the end may be dots alone. */
const ENDS_TWICE = /[\w"')]\.\.$/;

/** OpenAI's own words begin so, too, and name the field: "Invalid 'thread_id': …". */
const VALIDATOR_WORDS =
  /^(Invalid(?! ')|Too (big|small)|Unrecognized|Expected)\b|\b(expected (string|number|object|array|int|record|boolean)|received (undefined|string|NaN))\b|must match pattern|\ban int\b|\ba record\b/;

/** 503 says when to come again, and 502 is a run's own failure where the reply is the run's text alone. */
function isForeseen({ status }: FuzzReply, { responses }: ApiOperation): boolean {
  return status !== 500 && status in responses;
}

/** Errors of a dialect are all of one form: that of its 401. */
function errorContentOf(operation: ApiOperation, operations: readonly ApiOperation[]): Content {
  return (operation.responses["401"] ?? operations[0]?.responses["401"])?.content ?? {};
}

function makeValidator(schema: Schema, { components }: ApiDocument): Validator {
  // The references of the document start at its root.
  const root: JsonSchema = { ...schema, components };
  return new Validator(root, "2020-12", false);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
