type Values = Record<string, string | string[]>;
interface Nested {
  [name: string]: Values[string] | Values;
}

const BRACKETED = /^([^[\]]+)\[([^[\]]+)\]$/;

/** `{"metadata[user]": "ada"}` as `{metadata: {user: "ada"}}`; other names stay as they are. */
export function nestNames(values: Values): Nested {
  const plain = new Map<string, Values[string]>();
  const nested = new Map<string, Map<string, Values[string]>>();
  for (const [name, value] of Object.entries(values)) {
    const [, outer, inner] = BRACKETED.exec(name) ?? [];
    if (outer === undefined || inner === undefined || Object.hasOwn(values, outer)) {
      plain.set(name, value);
    } else {
      nested.set(outer, (nested.get(outer) ?? new Map<string, Values[string]>()).set(inner, value));
    }
  }
  // From entries, not by assignment: so `__proto__` becomes a plain field, for a schema to refuse.
  return Object.fromEntries([
    ...plain,
    ...[...nested].map(([name, fields]) => [name, Object.fromEntries(fields)] as const),
  ]);
}
