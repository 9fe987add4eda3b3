/**
 * The query string as an object for a schema to judge: `limit=5` is `{limit: "5"}`, a name given
 * more than once has the list of its values, and `metadata[user]=ada` is `{metadata: {user: "ada"}}`.
 */
import { findBadValue } from "./plain-json";
import { refuse } from "./refuse";

const BRACKETED = /^([^[\]]+)\[([^[\]]*)\]$/;

interface Values {
  [name: string]: string | Values | (string | Values)[];
}

export function readQuery(url: string): Values {
  const query: Values = {};
  for (const [name, value] of new URL(url).searchParams) {
    const [, outer, inner] = BRACKETED.exec(name) ?? [];
    if (outer === undefined || inner === undefined) {
      add(query, name, value);
    } else {
      add(nested(query, outer), inner, value);
    }
  }
  const issue = findBadValue(query);
  if (issue !== undefined) {
    refuse({ kind: "invalid", where: "query", issues: [issue] });
  }
  return query;
}

function add(values: Values, name: string, value: string): void {
  const earlier = own(values, name);
  put(values, name, earlier === undefined ? value : [earlier, value].flat());
}

function nested(values: Values, name: string): Values {
  const earlier = own(values, name);
  if (typeof earlier === "object" && !Array.isArray(earlier)) {
    return earlier;
  }
  const made: Values = {};
  put(values, name, earlier === undefined ? made : [earlier, made].flat());
  return made;
}

function own(values: Values, name: string): Values[string] | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** Not by assignment: `__proto__` must become a plain field, for `findBadValue` to refuse. */
function put(values: Values, name: string, value: Values[string]): void {
  Object.defineProperty(values, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
