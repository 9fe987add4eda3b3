/** What breaks a rule of a request, in OpenAI's manner: message, code and `param` of the first issue. */
import type { BrokenRule, Failure, Issue } from "../../domain/failure";
import { wordPath } from "../../domain/issues-of";
import { asSentence } from "../../domain/text";

type Where = Extract<Failure, { kind: "invalid" }>["where"];

interface Words {
  message: string;
  code: string | null;
  param: string | null;
}

export function wordInvalid(where: Where, issues: readonly Issue[]): Words {
  const [first = { path: [], message: "is not as it must be" }] = issues;
  const param = paramOf(first.path);
  return { ...wordIssue(param ?? where, first), param };
}

export function paramOf(path: Issue["path"]): string | null {
  return wordPath(path) || null;
}

function wordIssue(name: string, { message, rule }: Issue): Pick<Words, "message" | "code"> {
  if (rule === undefined) {
    return { code: "invalid_value", message: asSentence(`Invalid '${name}': ${message}`) };
  }
  return {
    code: rule.kind === "named" ? rule.code : CODES[rule.kind],
    message: rule.kind === "named" ? asSentence(message) : wordRule(name, rule),
  };
}

const CODES: Record<Exclude<BrokenRule["kind"], "named">, string> = {
  missing: "missing_required_parameter",
  unknown: "unknown_parameter",
  type: "invalid_type",
  value: "invalid_value",
  undeclared: "invalid_value",
  length: "string_above_max_length",
  fields: "object_above_max_properties",
};

function wordRule(name: string, rule: Exclude<BrokenRule, { kind: "named" }>): string {
  switch (rule.kind) {
    case "missing":
      return `Missing required parameter: '${name}'.`;
    case "unknown":
      return `Unknown parameter: '${name}'.${rule.meant === undefined ? "" : ` Did you mean '${rule.meant}'?`}`;
    case "type":
      return `Invalid type for '${name}': expected ${rule.expected}, but got ${rule.got} instead.`;
    case "value":
      return `Invalid value: ${quote(rule.got)}. Supported values are: ${listed(rule.values)}.`;
    case "undeclared":
      return `Invalid value for '${name}': no function named '${rule.name}' was specified in the 'tools' parameter.`;
    case "length":
      return `Invalid '${name}': string too long. Expected a string with maximum length ${rule.max}, but got a string with length ${rule.length} instead.`;
    case "fields":
      return `Invalid '${name}': too many properties. Expected an object with at most ${rule.max} properties, but got an object with ${rule.count} properties instead.`;
  }
}

/** Of a value that is quoted back. */
const QUOTED_CHARS = 100;

function quote(value: unknown): string {
  const text = typeof value === "string" ? `'${value}'` : JSON.stringify(value);
  return text.length <= QUOTED_CHARS ? text : `${text.slice(0, QUOTED_CHARS).toWellFormed()}…`;
}

/** `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`. */
function listed(values: readonly unknown[]): string {
  const quoted = values.map(quote);
  const last = quoted.at(-1) ?? "";
  if (quoted.length < 3) {
    return quoted.join(" and ");
  }
  return `${quoted.slice(0, -1).join(", ")}, and ${last}`;
}
