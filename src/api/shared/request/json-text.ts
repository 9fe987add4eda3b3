/** What can be said about JSON text that `JSON.parse` refuses: where it breaks, and one mend. */

const WHITESPACE = /[ \t\r\n]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const LINE_END = /\\\r?\n/y;

type Token = "{" | "}" | "[" | "]" | "," | ":" | "string" | "scalar";
type Expects = keyof typeof EXPECTED;

const EXPECTED = {
  value: "a value",
  element: 'a value or "]"',
  name: "a name in double quotes",
  member: 'a name in double quotes or "}"',
  colon: '":"',
  arrayRest: '"," or "]"',
  objectRest: '"," or "}"',
  end: "the end",
};

/** What comes after which token; `after` is the rest of what the value stands in. */
const VALUE = { "{": "member", "[": "element", string: "after", scalar: "after" } as const;
const MOVES: Record<Expects, Partial<Record<Token, Expects | "after">>> = {
  value: VALUE,
  element: { ...VALUE, "]": "after" },
  name: { string: "colon" },
  member: { string: "colon", "}": "after" },
  colon: { ":": "value" },
  arrayRest: { ",": "value", "]": "after" },
  objectRest: { ",": "name", "}": "after" },
  end: {},
};

/**
 * The text without stray backslashes at line ends outside of strings, as one published sample prints
 * them. No valid JSON has one there, so nothing else changes.
 */
export function joinContinuedLines(text: string): string {
  let joined = "";
  let kept = 0;
  for (let offset = 0; offset < text.length;) {
    const char = text.charAt(offset);
    const end = char === "\\" ? matchEnd(LINE_END, text, offset) : -1;
    if (end >= 0) {
      joined += text.slice(kept, offset);
      kept = offset + 1;
      offset = end;
    } else {
      offset = char === '"' ? Math.max(offset + 1, readString(text, offset).end) : offset + 1;
    }
  }
  return joined + text.slice(kept);
}

/** Where text that is no JSON breaks, for a person: `line 3, column 7: expected ":", found "x"`. */
export function describeJsonError(text: string): string {
  const { offset, expects } = findBreak(text);
  const lines = text.slice(0, offset).split("\n");
  const column = (lines.at(-1) ?? "").length + 1;
  const found = offset >= text.length ? "the end" : JSON.stringify(text.charAt(offset));
  return `line ${lines.length}, column ${column}: expected ${expects}, found ${found}`;
}

function findBreak(text: string): { offset: number; expects: string } {
  const open: ("arrayRest" | "objectRest")[] = [];
  let expects: Expects = "value";
  let offset = 0;
  for (;;) {
    offset = matchEnd(WHITESPACE, text, offset);
    const token = readToken(text, offset);
    if (token.kind === "broken") {
      return { offset: token.end, expects: token.expects };
    }
    const next: Expects | "after" | undefined = token.kind && MOVES[expects][token.kind];
    if (next === undefined) {
      return { offset, expects: EXPECTED[expects] };
    }
    if (token.kind === "{" || token.kind === "[") {
      open.push(token.kind === "{" ? "objectRest" : "arrayRest");
    }
    if (token.kind === "}" || token.kind === "]") {
      open.pop();
    }
    expects = next === "after" ? (open.at(-1) ?? "end") : next;
    offset = token.end;
  }
}

type Read =
  | { kind: Token | undefined; end: number }
  | { kind: "broken"; end: number; expects: string };

function readToken(text: string, offset: number): Read {
  const char = text.charAt(offset);
  if (isPunctuation(char)) {
    return { kind: char, end: offset + 1 };
  }
  if (char === '"') {
    return readString(text, offset);
  }
  const end = matchEnd(SCALAR, text, offset);
  return { kind: end < 0 ? undefined : "scalar", end };
}

function isPunctuation(char: string): char is "{" | "}" | "[" | "]" | "," | ":" {
  return char !== "" && "{}[],:".includes(char);
}

/** From the opening quote; by hand, since a regular expression would stack a state per character. */
function readString(text: string, start: number): Read {
  let offset = start + 1;
  while (offset < text.length) {
    const code = text.charCodeAt(offset);
    if (code === 0x22) {
      return { kind: "string", end: offset + 1 };
    }
    if (code < 0x20) {
      return { kind: "broken", end: offset, expects: "a control character to be escaped" };
    }
    if (code === 0x5c) {
      const end = matchEnd(ESCAPE, text, offset);
      if (end < 0) {
        return { kind: "broken", end: offset, expects: 'an escape such as \\n, \\" or \\u0041' };
      }
      offset = end;
    } else {
      offset += 1;
    }
  }
  return { kind: "broken", end: offset, expects: "the string's closing quote" };
}

/** The offset behind a match of a sticky pattern at `offset`, or -1. */
function matchEnd(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : -1;
}
