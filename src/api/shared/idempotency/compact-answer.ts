/**
 * An answer without what its request said: where the answer repeats a text of the request, the record
 * holds the text's place there. So a record is small, whatever was written, and keeps nothing of it.
 * In a record every text begins with `=`, itself, or `#`, its place among the request's texts.
 */

export function compactAnswer(answer: unknown, request: unknown): string {
  const places = new Map(textsOf(request).map((text, place) => [text, place]));
  return JSON.stringify(answer, (_key, value: unknown) => {
    if (typeof value !== "string") {
      return value;
    }
    const place = places.get(value);
    return place === undefined ? `=${value}` : `#${place}`;
  });
}

/** The answer's JSON, of the same request: byte for byte what it was. */
export function restoreAnswer(record: string, request: unknown): string {
  const texts = textsOf(request);
  const answer: unknown = JSON.parse(record, (_key, value: unknown) => {
    if (typeof value !== "string") {
      return value;
    }
    return value.startsWith("#") ? texts[Number(value.slice(1))] : value.slice(1);
  });
  return JSON.stringify(answer);
}

/** All texts of a value, in the order of its JSON. */
function textsOf(value: unknown): string[] {
  const texts: string[] = [];
  JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === "string") {
      texts.push(inner);
    }
    return inner;
  });
  return texts;
}
