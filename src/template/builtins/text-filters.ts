import type { Budget } from "../budget";
import { sliceText, splitText, textLength } from "../python-text";
import { toJson, toText, ValueProblem } from "../values";
import { asInteger, asString, type Builtin } from "./builtin";

const HTML: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};
const ENTITIES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(HTML).map(([char, entity]) => [entity, char])),
  "&quot;": '"',
  "&nbsp;": "\u00a0",
};
const WHITE_SPACE = " \t\n\r\f\v";
/** The widest indentation, in characters. */
const MAX_INDENT = 64;

/** A filter from text to text; any other value is converted to text first. */
function ofText(run: (text: string) => string): Builtin {
  return {
    params: [],
    run(input, _args, { budget }) {
      const text = readText(input, budget);
      budget.worked(text.length);
      const made = run(text);
      budget.made(made.length);
      return made;
    },
  };
}

const asItIs: Builtin = { params: [], run: (input, _args, { budget }) => readText(input, budget) };

export const TEXT_FILTERS: readonly (readonly [string, Builtin])[] = [
  ["upper", ofText((text) => text.toUpperCase())],
  ["lower", ofText((text) => text.toLowerCase())],
  ["capitalize", ofText(capitalized)],
  ["title", ofText((text) => text.replace(/[^\s\-([{<]+/g, capitalized))],
  ["escape", ofText(escaped)],
  ["e", ofText(escaped)],
  ["string", asItIs],
  ["safe", asItIs],
  ["urlencode", ofText((text) => encodeURIComponent(text.toWellFormed()).replaceAll("%2F", "/"))],
  ["striptags", ofText(withoutTags)],
  [
    "trim",
    {
      params: ["chars"],
      run: (input, { chars }, { budget }) => trimmed(readText(input, budget), chars, budget),
    },
  ],
  [
    "replace",
    {
      params: ["old", "new", "count"],
      run(input, args, { budget }) {
        const count = args["count"] === undefined ? Infinity : asInteger(args["count"], "count");
        return replaced(
          readText(input, budget),
          asString(args["old"], "old"),
          asString(args["new"], "new"),
          count,
          budget,
        );
      },
    },
  ],
  [
    "truncate",
    {
      params: ["length", "killwords", "end", "leeway"],
      run(input, args, { budget }) {
        const text = readText(input, budget);
        const length = asInteger(args["length"] ?? 255, "length");
        const end = asString(args["end"] ?? "...", "end");
        if (textLength(text, budget) <= length + asInteger(args["leeway"] ?? 5, "leeway")) {
          return text;
        }
        const cut = sliceText(text, 0, Math.max(0, length - textLength(end, budget)), budget);
        const words = cut.includes(" ") ? cut.slice(0, cut.lastIndexOf(" ")) : cut;
        budget.made(cut.length + end.length);
        return (args["killwords"] === true ? cut : words) + end;
      },
    },
  ],
  [
    "indent",
    {
      params: ["width", "first", "blank"],
      run(input, args, { budget }) {
        const width = args["width"] ?? 4;
        const prefix = typeof width === "string" ? width : " ".repeat(indentation(width));
        const text = readText(input, budget);
        const lines = splitText(text, "\n", budget);
        budget.made(text.length + lines.length * prefix.length);
        return lines
          .map((line, at) => {
            const isLeft =
              at === 0 ? args["first"] !== true : line === "" && args["blank"] !== true;
            return isLeft ? line : prefix + line;
          })
          .join("\n");
      },
    },
  ],
  [
    "center",
    {
      params: ["width"],
      run(input, args, { budget }) {
        const text = readText(input, budget);
        const width = asInteger(args["width"] ?? 80, "width");
        const length = textLength(text, budget);
        budget.made(Math.max(width, text.length));
        const padding = Math.max(0, width - length);
        // Python's rule for an odd rest.
        const left = Math.floor(padding / 2) + (padding & width & 1);
        return " ".repeat(left) + text + " ".repeat(padding - left);
      },
    },
  ],
  [
    "wordcount",
    {
      params: [],
      run(input, _args, { budget }) {
        const text = readText(input, budget);
        budget.worked(text.length);
        const word = /\S+/g;
        let count = 0;
        while (word.test(text)) {
          count += 1;
        }
        return count;
      },
    },
  ],
  [
    "tojson",
    {
      params: ["indent"],
      run: (input, { indent }, { budget }) =>
        toJson(input, budget, indent === undefined || indent === null ? null : indentation(indent)),
    },
  ],
];

/** Replaces text; the length is charged first, because two short texts can make one of any length. */
export function replaced(
  text: string,
  from: string,
  to: string,
  count: number,
  budget: Budget,
): string {
  if (from === "") {
    throw new ValueProblem("replace needs a text to look for");
  }
  const parts = splitText(text, from, budget);
  const times = count < 0 ? parts.length - 1 : Math.min(count, parts.length - 1);
  budget.made(text.length + times * (to.length - from.length));
  const tail = parts.slice(times);
  return [...parts.slice(0, times), tail.join(from)].join(to);
}

/** Strips `chars`, by default white space, from the sides that are asked for. */
export function trimmed(
  text: string,
  chars: unknown,
  budget: Budget,
  sides = { left: true, right: true },
): string {
  budget.worked(text.length);
  const unwanted = chars === undefined ? WHITE_SPACE : asString(chars, "chars");
  budget.items(unwanted.length);
  const set = new Set(unwanted);
  const isKept = (at: number) => !set.has(text.charAt(at));
  let from = 0;
  while (sides.left && from < text.length && !isKept(from)) {
    from += 1;
  }
  let to = text.length;
  while (sides.right && to > from && !isKept(to - 1)) {
    to -= 1;
  }
  return text.slice(from, to);
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}

function readText(value: unknown, budget: Budget): string {
  const text = toText(value, budget);
  budget.chars(text.length);
  return text;
}

function withoutTags(html: string): string {
  const [head = "", ...rest] = html.split("<!--");
  // Each part begins inside a comment; one that is never closed hides the rest of its part.
  const visible = rest.map((part) =>
    part.includes("-->") ? part.slice(part.indexOf("-->") + 3) : "",
  );
  return [head, ...visible]
    .join("")
    .replace(/<[^<>]*>/g, "")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/&(?:amp|lt|gt|quot|#34|#39|nbsp);/g, (entity) => ENTITIES[entity] ?? entity);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => HTML[char] ?? char);
}

function indentation(width: unknown): number {
  const spaces = asInteger(width, "indent");
  if (spaces < 0 || spaces > MAX_INDENT) {
    throw new ValueProblem(`An indentation is 0 to ${MAX_INDENT} wide`);
  }
  return spaces;
}
