/** How a spec's values are told apart. */

/** `{"$js": source}`, and no other key. */
export function jsSource(value: object): string | null {
  const keys = Object.keys(value);
  const source: unknown = Reflect.get(value, "$js");
  return keys.length === 1 && keys[0] === "$js" && typeof source === "string" ? source : null;
}

/** False for a text that has no tag at all, which most strings of a definition are. */
export function isTemplate(text: string): boolean {
  return /\{[{%#]/.test(text);
}
