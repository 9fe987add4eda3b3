/** Writes a formula of an Office document in one line: `(a+1)/b`, `10⁻⁶`, `√x`, `∑_(i=0)^n i`. */
import { cutText } from "../../domain/text";
import { raised } from "../text/raised";
import { attribute, type Attributes } from "../text/xml";

interface Node {
  name: string;
  /** The text that each part shows, in the order of the parts. */
  parts: { name: string; text: string }[];
  text: string;
  /** Characters that the node's properties name: `chr`, `begChr` … */
  marks: Map<string, string>;
}

/** Bounds a formula and each part of it, because each level copies the text of its parts. */
const MAX_CHARS = 10_000;
/** Invisible characters that programs put between a function and its argument, and between factors. */
const APPLICATION = /\u2061/g;
const INVISIBLE = /[\u2062-\u2064]/g;

export class OfficeMath {
  readonly #open: Node[] = [newNode("oMath")];

  open(name: string, attributes: Attributes): void {
    const value = attribute(attributes, "val");
    if (value !== undefined && /chr$/i.test(name)) {
      this.#open.at(-1)?.marks.set(name, value.slice(0, 2));
    }
    this.#open.push(newNode(name));
  }

  text(text: string): void {
    const node = this.#open.at(-1);
    if (node?.name === "t") {
      node.text = cutText(
        node.text + text.replace(APPLICATION, " ").replace(INVISIBLE, ""),
        MAX_CHARS,
      );
    }
  }

  close(): void {
    const node = this.#open.pop();
    const outer = this.#open.at(-1);
    if (node !== undefined && outer !== undefined) {
      const { name, marks } = node;
      marks.forEach((mark, key) => name.endsWith("Pr") && outer.marks.set(key, mark));
      outer.parts.push({ name, text: cutText(shown(node), MAX_CHARS) });
    }
  }

  /** The whole formula. */
  end(): string {
    while (this.#open.length > 1) {
      this.close();
    }
    const [whole = newNode("oMath")] = this.#open;
    return cutText(shown(whole), MAX_CHARS);
  }
}

function newNode(name: string): Node {
  return { name, parts: [], text: "", marks: new Map() };
}

function shown(node: Node): string {
  const part = (name: string) => node.parts.find((one) => one.name === name)?.text ?? "";
  const all = (name: string) =>
    node.parts.filter((one) => one.name === name).map(({ text }) => text);
  switch (node.name) {
    case "f":
      return `${grouped(part("num"))}/${grouped(part("den"))}`;
    case "rad":
      return `${part("deg")}√${grouped(part("e"))}`;
    case "nary":
      return `${node.marks.get("chr") ?? "∫"}${below(part("sub"))}${above(part("sup"))} ${part("e")}`;
    case "d":
      return (
        (node.marks.get("begChr") ?? "(") +
        all("e").join(node.marks.get("sepChr") ?? "|") +
        (node.marks.get("endChr") ?? ")")
      );
    case "func":
      return `${part("fName")} ${part("e")}`;
    case "acc":
      return part("e") + (node.marks.get("chr") ?? "\u0302");
    default:
      return rowOrScript(node, part, all);
  }
}

function rowOrScript(
  { name, parts, text }: Node,
  part: (name: string) => string,
  all: (name: string) => string[],
): string {
  switch (name) {
    case "sSup":
    case "sSub":
    case "sSubSup":
      return part("e") + below(part("sub")) + above(part("sup"));
    case "limLow":
      return part("e") + below(part("lim"));
    case "limUpp":
      return part("e") + above(part("lim"));
    case "mr":
      return all("e").join(", ");
    case "m":
      return all("mr").join("; ");
    case "eqArr":
      return all("e").join("; ");
    default:
      return parts.map((one) => one.text).join("") + text;
  }
}

function below(text: string): string {
  return text === "" ? "" : `_${grouped(text)}`;
}

function above(text: string): string {
  const small = raised(text);
  return text === "" || small !== text ? small : `^${grouped(text)}`;
}

/** A number or a word needs no brackets. */
function grouped(text: string): string {
  const isOne = /^(?:[\p{N}.,]+|\p{L}+|.?)$/u.test(text) || isBracketed(text);
  return isOne ? text : `(${text})`;
}

/** Whether the first bracket closes with the last. */
function isBracketed(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length - 1; at += 1) {
    depth += text.charAt(at) === "(" ? 1 : text.charAt(at) === ")" ? -1 : 0;
    if (depth === 0) {
      return false;
    }
  }
  return text.endsWith(")");
}
