/** Values that break what was not thought through: text, numbers and trees that no client of good will sends. */
import * as fc from "fast-check";

/** JSON text as it goes over the wire: not all of it is what `JSON.stringify` could write. */
class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const STRINGS = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udfff\ud800",
  "\ufeff\u202e\u200d",
  "\u{10ffff}\u{1f9d1}\u200d\u{1f680}",
  "e\u0301\u0301\u0301",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "' OR 1=1 --",
  "'; DROP TABLE threads; --",
  '" NEAR( * "',
  "%' ESCAPE '",
  "a\r\nX-Injected: yes\r\n\r\n<html>",
  "..",
  "../../etc/passwd",
  "..\\..\\x",
  "%2e%2e%2f",
  "%00",
  "{{ 7 * 7 }}",
  "{% for i in range(1e9) %}x{% endfor %}",
  "<script>alert(1)</script>",
  "NaN",
  "-1",
  "1e400",
  "9223372036854775808",
  "true",
  "null",
  "[object Object]",
  "2026-02-30T25:61:61.000Z",
  "0000-00-00T00:00:00Z",
];
const LONG_CHARS = [129, 513, 4096, 70_000];

/** Text of every plane, broken surrogates among it, and what means something to what lies below. */
export const hostileString: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...STRINGS) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
      .map((units) => String.fromCharCode(...units)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("x", "é", "\u{1f600}", "("), fc.constantFrom(...LONG_CHARS))
      .map(([unit, length]) => unit.repeat(length)),
  },
);

const hostileNumber: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(-1, 0, -0, 0.5, 1e21, 1e308, 5e-324, 2 ** 31, 2 ** 53, 2 ** 53 + 2, -(2 ** 63)),
  fc.constantFrom("1e400", "-1e999", "1".repeat(400), "0.1e-999").map((text) => new RawJson(text)),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

const DEPTHS = [3, 63, 64, 65, 1000, 20_000];

const deepTree: fc.Arbitrary<unknown> = fc
  .tuple(fc.constantFrom<[string, string]>(["[", "]"], ['{"a":', "}"]), fc.constantFrom(...DEPTHS))
  .map(([[open, close], depth]) => new RawJson(`${open.repeat(depth)}1${close.repeat(depth)}`));

const PROTOTYPE_KEYS = new RawJson(
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"a":1,"a":2}',
);

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileString },
  { weight: 2, arbitrary: hostileNumber },
  { weight: 2, arbitrary: fc.constantFrom(null, true, [], {}, [[]], [null], PROTOTYPE_KEYS) },
  { weight: 1, arbitrary: deepTree },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 1, arbitrary: fc.dictionary(hostileString, fc.jsonValue(), { maxKeys: 20 }) },
);

/** As `JSON.stringify`, with raw text where a `RawJson` stands. */
export function writeJson(value: unknown): string {
  if (value instanceof RawJson) {
    return value.text;
  }
  if (Array.isArray(value)) {
    return `[${value.map(writeJson).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(
      ([name, member]) => `${JSON.stringify(name)}:${writeJson(member)}`,
    );
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

const BODIES = [
  "",
  "{",
  "[]",
  '"text"',
  "null",
  "{'a':1}",
  '{"a":1}}',
  '{"a":\u0000}',
  "\ufeff{}",
  "NaN",
];

/** What is no JSON, or not of one piece: bytes that are no UTF-8 among it. */
export const brokenBody: fc.Arbitrary<Buffer> = fc.oneof(
  fc.constantFrom(...BODIES).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom('{"metadata":{"a":"\xff\xfe"}}', '{"content":"\xed\xa0\x80"}')
    .map((text) => Buffer.from(text, "latin1")),
);
