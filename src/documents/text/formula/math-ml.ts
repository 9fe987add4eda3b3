/** Writes a formula of MathML 3 in one line, as those of Office are written. */
import { cutText } from "../../../domain/text";
import { above, baseOf, below, grouped } from "./written";

type Attributes = Readonly<Record<string, string>>;

interface Node {
  name: string;
  attributes: Attributes;
  parts: Part[];
  text: string;
}

interface Part {
  name: string;
  text: string;
  /** A fraction, a power or the like, which a power of its own would tear apart. */
  isBuilt: boolean;
}

/** Bounds a formula and each part of it, because each level copies the text of its parts. */
const MAX_CHARS = 10_000;
const APPLICATION = /\u2061/g;
const INVISIBLE = /[\u2062-\u2064\u200b]/g;
const BUILT: ReadonlySet<string> = new Set(
  "mfrac msqrt mroot msup msub msubsup mmultiscripts".split(" "),
);
/** Elements that add nothing to what stands in them. */
const ROWS: ReadonlySet<string> = new Set("mrow mstyle mpadded semantics mtd".split(" "));
/** Not seen, or the formula once more in another language. */
const SILENT: ReadonlySet<string> = new Set(
  "annotation annotation-xml mphantom none mprescripts".split(" "),
);
/** What stands over a letter as a mark on it. */
const ACCENTS: ReadonlyMap<string, string> = new Map([
  ["^", "\u0302"],
  ["ˆ", "\u0302"],
  ["~", "\u0303"],
  ["˜", "\u0303"],
  ["¯", "\u0304"],
  ["‾", "\u0304"],
  ["˙", "\u0307"],
  ["¨", "\u0308"],
  ["→", "\u20d7"],
]);

/** One `math` element: `open` is told of the elements inside of it, without their prefixes. */
export class MathMl {
  readonly #open: Node[] = [newNode("math", {})];

  open(name: string, attributes: Attributes): void {
    this.#open.push(newNode(name, attributes));
  }

  text(text: string): void {
    const node = this.#open.at(-1);
    if (node !== undefined) {
      const seen = text.replace(/\s+/g, " ").replace(INVISIBLE, "");
      node.text = cutText(node.text + seen, MAX_CHARS);
    }
  }

  close(): void {
    const node = this.#open.length > 1 ? this.#open.pop() : undefined;
    if (node !== undefined) {
      this.#open.at(-1)?.parts.push(partOf(node));
    }
  }

  /** The whole formula. */
  end(): string {
    while (this.#open.length > 1) {
      this.close();
    }
    const [whole = newNode("math", {})] = this.#open;
    return cutText(shown(whole), MAX_CHARS).trim().replace(APPLICATION, " ");
  }
}

function newNode(name: string, attributes: Attributes): Node {
  return { name, attributes, parts: [], text: "" };
}

function partOf(node: Node): Part {
  const { name, parts } = node;
  const text = SILENT.has(name) ? "" : cutText(shown(node), MAX_CHARS);
  const isBuilt =
    BUILT.has(name) || (ROWS.has(name) && parts.length === 1 && parts[0]?.isBuilt === true);
  return { name, text, isBuilt };
}

type Writing = (part: (at: number) => string, node: Node) => string;

/** How each element's parts stand in the line; the parts of any other follow each other. */
const WRITINGS: ReadonlyMap<string, Writing> = new Map<string, Writing>([
  ["mfrac", (part) => `${grouped(part(0))}/${grouped(part(1))}`],
  ["msqrt", (_, { parts }) => `√${grouped(joined(parts))}`],
  ["mroot", (part) => `${part(1)}√${grouped(part(0))}`],
  ["msup", (part, { parts }) => baseOf(parts[0]) + above(part(1))],
  ["msub", (part, { parts }) => baseOf(parts[0]) + below(part(1))],
  ["msubsup", (part, { parts }) => baseOf(parts[0]) + below(part(1)) + above(part(2))],
  ["mmultiscripts", (_, { parts }) => multiscripts(parts)],
  // A word with its bounds (`lim_(x→0)`) is kept apart from what it is of.
  ["munder", (part) => `${part(0)}${below(part(1))} `],
  ["munderover", (part) => `${part(0)}${below(part(1))}${above(part(2))} `],
  ["mover", (part) => part(0) + (ACCENTS.get(part(1)) ?? above(part(1)))],
  ["mfenced", (_, { parts, attributes }) => fenced(parts, attributes)],
  ["mtr", (_, { parts }) => parts.map(({ text }) => text).join(", ")],
  ["mlabeledtr", (_, { parts }) => parts.map(({ text }) => text).join(", ")],
  ["mtable", (_, { parts }) => parts.map(({ text }) => text).join("; ")],
  ["mtext", (_, { text }) => text],
]);

function shown(node: Node): string {
  const { name, parts, text } = node;
  const write = WRITINGS.get(name);
  return write === undefined
    ? joined(parts) + text.trim()
    : write((at) => parts[at]?.text ?? "", node);
}

function joined(parts: readonly Part[]): string {
  return parts.map(({ text }) => text).join("");
}

/** The base, then pairs of lowered and raised ones; behind `mprescripts` those that stand before it. */
function multiscripts(parts: readonly Part[]): string {
  const turn = parts.findIndex(({ name }) => name === "mprescripts");
  const behind = parts.slice(1, turn === -1 ? parts.length : turn);
  return scripts(turn === -1 ? [] : parts.slice(turn + 1)) + baseOf(parts[0]) + scripts(behind);
}

function scripts(pairs: readonly Part[]): string {
  return pairs.map(({ text }, at) => (at % 2 === 0 ? below(text) : above(text))).join("");
}

function fenced(
  parts: readonly Part[],
  { open = "(", close = ")", separators = "," }: Attributes,
): string {
  const marks = Array.from(separators.replaceAll(/\s/g, ""));
  const inside = parts
    .map(({ text }, at) => (at === 0 ? "" : (marks[at - 1] ?? marks.at(-1) ?? "")) + text)
    .join("");
  return open + inside + close;
}
