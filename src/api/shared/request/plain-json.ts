/**
 * What JSON text may say and no store or client takes well: half surrogate pairs, NUL, names that
 * reach for prototypes, nesting that overflows stacks. Refused for every body and query alike.
 */
import type { Issue } from "../../../domain/failure";
import { textProblem } from "../../../domain/text";
import { REQUEST } from "../../../limits";

type Path = Issue["path"];
type Found = { path: Path; message: string } | undefined;

/** The first value that breaks these rules, if any. It goes as deep as values may, and no deeper. */
export function findBadValue(root: unknown): Issue | undefined {
  return findIn(root, 0);
}

function findIn(value: unknown, depth: number): Found {
  if (typeof value === "string") {
    return found(textProblem(value));
  }
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  if (depth >= REQUEST.jsonMaxNesting) {
    return found(`nested deeper than ${REQUEST.jsonMaxNesting} levels`);
  }
  return Array.isArray(value) ? findInItems(value, depth + 1) : findInFields(value, depth + 1);
}

function findInItems(items: readonly unknown[], depth: number): Found {
  for (let index = 0; index < items.length; index += 1) {
    const bad = findIn(items[index], depth);
    if (bad !== undefined) {
      return { path: [index, ...bad.path], message: bad.message };
    }
  }
  return undefined;
}

function findInFields(fields: object, depth: number): Found {
  const names = Object.keys(fields);
  if (names.length > REQUEST.jsonMaxNames) {
    return found(`must have at most ${REQUEST.jsonMaxNames} fields`);
  }
  for (const name of names) {
    const bad = found(nameProblem(name)) ?? findIn(Reflect.get(fields, name), depth);
    if (bad !== undefined) {
      return { path: [name.toWellFormed(), ...bad.path], message: bad.message };
    }
  }
  return undefined;
}

function nameProblem(name: string): string | undefined {
  if (name === "__proto__") {
    return "no field may have this name";
  }
  const problem = textProblem(name);
  return problem === undefined ? undefined : `the field's name ${problem}`;
}

function found(message: string | undefined): Found {
  return message === undefined ? undefined : { path: [], message };
}
