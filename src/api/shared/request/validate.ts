/** Validates input by a schema; what breaks it becomes issues that say how to mend it. */
import { zValidator } from "@hono/zod-validator";
import type { MiddlewareHandler } from "hono";
import * as z from "zod";

import { issuesOf, REPORT_INPUT } from "../../../domain/issues-of";
import type { AppEnv } from "../app-env";
import { fail } from "../reply/fail";
import type { HeldBody } from "./body-budget";
import { nestNames } from "./nest-names";
import { findBadValue } from "./plain-json";
import { readJson, readJsonOrForm } from "./read-json";

type Where = "query" | "body";

/** A call that says nothing of a query takes none: what is accepted is never ignored in silence. */
const NO_QUERY = z.strictObject({});

/**
 * Leaves the parsed query to `c.req.valid("query")`. Names in `ignoredQuery` are left out of it: those
 * that a dialect's clients send on every call.
 */
export function validateQuery(schema: z.ZodType<object> = NO_QUERY): MiddlewareHandler<AppEnv> {
  return (c, next) => {
    const readQuery: MiddlewareHandler<AppEnv> = zValidator(
      "query",
      schema,
      (result) => {
        if (!result.success) {
          refuseIssues(result.error.issues, "query");
        }
      },
      {
        validationFunction: (_schema, values) =>
          validate(schema, nestNames(without(values, c.var.ignoredQuery)), "query"),
      },
    );
    return readQuery(c, next);
  };
}

function without<Values extends object>(values: Values, names: readonly string[] = []): Values {
  const kept = Object.entries(values).filter(([name]) => !names.includes(name));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same values under fewer names
  return Object.fromEntries(kept) as Values;
}

/**
 * The parsed JSON body. Not by `zValidator`: that takes a body without a JSON content type for an
 * empty one, reads without a limit, and does not say where broken JSON breaks.
 * @param how `form`: a form-urlencoded body is taken as well.
 */
export async function parseBody(
  schema: z.ZodType<object>,
  request: Request,
  held: HeldBody,
  { form, bodyMaxBytes }: { form?: true; bodyMaxBytes?: number } = {},
): Promise<object> {
  const body =
    form === true
      ? await readJsonOrForm(request, held)
      : await readJson(request, held, { maxBytes: bodyMaxBytes });
  const result = validate(schema, body, "body");
  return result.success ? result.data : refuseIssues(result.error.issues, "body");
}

function validate(schema: z.ZodType<object>, value: unknown, where: Where) {
  const issue = findBadValue(value);
  if (issue !== undefined) {
    fail({ kind: "invalid", where, issues: [issue] });
  }
  return schema.safeParse(value, REPORT_INPUT);
}

function refuseIssues(issues: z.core.$ZodIssue[], where: Where): never {
  return fail({ kind: "invalid", where, issues: issuesOf(issues) });
}
