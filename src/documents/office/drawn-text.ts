/** The text of the diagrams and charts of one part, handed out where the part shows them. */
import { type Attributes, prefixedAttribute } from "../text/xml";

/** The fallback of newer drawings would tell their text twice. */
export const DRAWING_SKIP: ReadonlySet<string> = new Set(["Fallback"]);

export class DrawnTexts {
  /** By relation's id. */
  readonly #left: Map<string, string>;

  constructor(texts: ReadonlyMap<string, string> = new Map()) {
    this.#left = new Map(texts);
  }

  /** The text that an element stands for, the first time; undefined for all other elements. */
  take(name: string, attributes: Attributes): string | undefined {
    const idName = name === "chart" ? "id" : name === "relIds" ? "dm" : undefined;
    if (idName === undefined) {
      return undefined;
    }
    const id = prefixedAttribute(attributes, idName) ?? "";
    const text = this.#left.get(id);
    this.#left.delete(id);
    return text;
  }

  /** What no element has asked for: it is there, though nobody says where. */
  takeRest(): string[] {
    const rest = [...this.#left.values()];
    this.#left.clear();
    return rest;
  }
}
