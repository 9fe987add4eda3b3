/**
 * What JSON text may say and no store or client takes well: half surrogate pairs, NUL, names that
 * reach for prototypes, nesting that overflows stacks. Refused for every body and query alike.
 */
import type { Issue } from "../../../domain/failure";
import { textProblem } from "../../../domain/text";
import { REQUEST } from "../../../limits";

interface Visit {
  value: unknown;
  key: string | number;
  parent: Visit | null;
  depth: number;
}

/** The first value that breaks these rules, if any. Walks without recursion. */
export function findBadValue(root: unknown): Issue | undefined {
  const toVisit: Visit[] = [{ value: root, key: "", parent: null, depth: 0 }];
  for (let visit = toVisit.pop(); visit !== undefined; visit = toVisit.pop()) {
    const message = problemOf(visit);
    if (message !== undefined) {
      return { path: pathOf(visit), message };
    }
    if (typeof visit.value === "object" && visit.value !== null) {
      pushChildren(visit, visit.value, toVisit);
    }
  }
  return undefined;
}

function problemOf({ value, key, depth }: Visit): string | undefined {
  if (typeof value === "object" && depth >= REQUEST.jsonMaxNesting) {
    return `nested deeper than ${REQUEST.jsonMaxNesting} levels`;
  }
  if (hasManyNames(value)) {
    return `must have at most ${REQUEST.jsonMaxNames} fields`;
  }
  if (key === "__proto__") {
    return "no field may have this name";
  }
  const problem = typeof key === "string" ? textProblem(key) : undefined;
  if (problem !== undefined) {
    return `the field's name ${problem}`;
  }
  return typeof value === "string" ? textProblem(value) : undefined;
}

function hasManyNames(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length > REQUEST.jsonMaxNames
  );
}

function pushChildren(parent: Visit, value: object, toVisit: Visit[]): void {
  const depth = parent.depth + 1;
  if (Array.isArray(value)) {
    for (const [key, child] of value.entries()) {
      toVisit.push({ value: child, key, parent, depth });
    }
    return;
  }
  for (const [key, child] of Object.entries(value)) {
    toVisit.push({ value: child, key, parent, depth });
  }
}

function pathOf(visit: Visit): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = visit; at.parent !== null; at = at.parent) {
    path.unshift(typeof at.key === "string" ? at.key.toWellFormed() : at.key);
  }
  return path;
}
