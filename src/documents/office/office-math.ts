/** Writes a formula of an Office document in one line: `(a+1)/b`, `10⁻⁶`, `√x`, `∑_(i=0)^n i`. */
import { cutText } from "../../domain/text";
import { above, baseOf, below, grouped } from "../text/formula/written";
import { attribute, type Attributes } from "../text/xml";

interface Node {
  name: string;
  /** The text that each part shows, in the order of the parts. */
  parts: { name: string; text: string; isBuilt: boolean }[];
  text: string;
  /** Characters that the node's properties name: `chr`, `begChr` … */
  marks: Map<string, string>;
}

/** Bounds a formula and each part of it, because each level copies the text of its parts. */
const MAX_CHARS = 10_000;
const BUILT: ReadonlySet<string> = new Set("f rad nary sSup sSub sSubSup sPre func".split(" "));
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
      outer.parts.push({ name, text: cutText(shown(node), MAX_CHARS), isBuilt: isBuilt(node) });
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

/** Written in one line as a fraction, a power or the like, which a power of its own would tear apart. */
function isBuilt({ name, parts }: Node): boolean {
  const shownParts = parts.filter((part) => part.text !== "");
  return (
    BUILT.has(name) || (name === "e" && shownParts.length === 1 && shownParts[0]?.isBuilt === true)
  );
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
      return (
        baseOf(parts.find((one) => one.name === "e")) + below(part("sub")) + above(part("sup"))
      );
    case "sPre":
      return below(part("sub")) + above(part("sup")) + part("e");
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
