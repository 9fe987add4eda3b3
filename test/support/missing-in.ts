/** Where a JSON value lacks what an older one had: a field, or its type. Whatever is new is no loss. */
export function missingIn(value: unknown, older: unknown, path = "$"): string[] {
  if (typeOf(value) !== typeOf(older)) {
    return [`${path}: ${typeOf(value)} instead of ${typeOf(older)}`];
  }
  if (typeof older !== "object" || older === null) {
    return [];
  }
  const newer = new Map(Object.entries(Object(value)));
  return Object.entries(older).flatMap(([key, item]) =>
    newer.has(key) ? missingIn(newer.get(key), item, `${path}.${key}`) : [`${path}.${key}: gone`],
  );
}

function typeOf(value: unknown): string {
  if (value === null) {
    return "null";
  }
  return Array.isArray(value) ? "array" : typeof value;
}
