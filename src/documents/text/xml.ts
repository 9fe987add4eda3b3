/**
 * XML read as it streams by, never held as a tree. Names come without their namespace prefix, since
 * producers choose prefixes as they like. A document type's own entities are not expanded, so none
 * can explode.
 */
import { decodeText } from "./charset";
import { type Attributes, type MarkupEvents, MarkupParser } from "./markup-parser";

export type { Attributes } from "./markup-parser";

export interface XmlEvents {
  open?(name: string, attributes: Attributes): void;
  close?(name: string): void;
  text?(text: string): void;
}

export interface XmlOptions {
  /** Elements that are passed over with all that they hold. */
  skip?: ReadonlySet<string>;
  /** Asked between pieces: nothing more is wanted. */
  isDone?: () => boolean;
  /** Hears how many elements and attributes have come; may throw. */
  onMarkup?: (count: number) => void;
}

/** Reads one XML document; ends early where `isDone` says so. */
export async function readXml(
  bytes: AsyncIterable<Uint8Array>,
  events: XmlEvents,
  options: XmlOptions = {},
): Promise<void> {
  await readXmlText(decodeText(bytes, "utf-8"), events, options);
}

export async function readXmlText(
  pieces: AsyncIterable<string>,
  events: XmlEvents,
  { skip = new Set(), isDone = () => false, onMarkup }: XmlOptions = {},
): Promise<void> {
  const parser = new MarkupParser(
    { ...skipping(events, skip), ...(onMarkup && { markup: onMarkup }) },
    { xmlMode: true },
  );
  for await (const text of pieces) {
    parser.write(text);
    if (isDone()) {
      return;
    }
  }
  parser.end();
}

function skipping(events: XmlEvents, skip: ReadonlySet<string>): MarkupEvents {
  let depth = 0;
  /** Depth of the element that is passed over, 0 where none is. */
  let skippedAt = 0;
  return {
    open(qualifiedName, attributes) {
      depth += 1;
      const name = localName(qualifiedName);
      if (skippedAt > 0) {
        return;
      }
      if (skip.has(name)) {
        skippedAt = depth;
      } else {
        events.open?.(name, attributes);
      }
    },
    close(qualifiedName) {
      if (skippedAt === 0) {
        events.close?.(localName(qualifiedName));
      } else if (skippedAt === depth) {
        skippedAt = 0;
      }
      depth -= 1;
    },
    text(text) {
      if (skippedAt === 0) {
        events.text?.(text);
      }
    },
  };
}

function localName(qualifiedName: string): string {
  return qualifiedName.slice(qualifiedName.indexOf(":") + 1);
}

/** An attribute by its name, whatever its prefix. */
export function attribute(attributes: Attributes, name: string): string | undefined {
  return attributes[name] ?? prefixedAttribute(attributes, name);
}

/** An attribute that has a prefix: `r:id` is another than `id`. */
export function prefixedAttribute(attributes: Attributes, name: string): string | undefined {
  for (const key in attributes) {
    if (key.endsWith(name) && key[key.length - name.length - 1] === ":") {
      return attributes[key];
    }
  }
  return undefined;
}
