/** Styles: which of them are headings, which number their paragraphs, which hide their text. */
import type { ZipArchive } from "../../package/zip";
import { attribute, readXml } from "../../text/xml";
import { isOn } from "../ooxml";

interface ParagraphStyle {
  /** 1 for a chapter's heading, deeper below; null in running text. */
  headingLevel: number | null;
  numberingId: string | null;
  numberingLevel: number | null;
  isHidden: boolean;
}

interface StyleEntry {
  basedOn?: string;
  name?: string;
  outline?: number;
  numberingId?: string;
  numberingLevel?: number;
  isHidden?: boolean;
}

const NO_STYLE: ParagraphStyle = {
  headingLevel: null,
  numberingId: null,
  numberingLevel: null,
  isHidden: false,
};
/** Longer chains of styles based on each other are circles. */
const MAX_CHAIN = 20;
/** Of a style, as Word allows. */
const MAX_NAME_CHARS = 253;
/** `w:outlineLvl` counts 0 to 8 for headings; 9 says body text. */
const BODY_OUTLINE = 9;

export type ParagraphStyles = (styleId: string | undefined) => ParagraphStyle;

export async function readParagraphStyles(
  zip: ZipArchive,
  part: string | undefined,
): Promise<ParagraphStyles> {
  if (part === undefined) {
    return () => NO_STYLE;
  }
  const entries = await readEntries(zip, part);
  const resolved = new Map<string, ParagraphStyle>();
  return (styleId) => {
    if (styleId === undefined) {
      return NO_STYLE;
    }
    const style = resolved.get(styleId) ?? resolve(entries, styleId);
    resolved.set(styleId, style);
    return style;
  };
}

async function readEntries(zip: ZipArchive, part: string): Promise<Map<string, StyleEntry>> {
  const entries = new Map<string, StyleEntry>();
  let entry: StyleEntry = {};
  await readXml(zip.stream(part), {
    open(name, attributes) {
      const value = attribute(attributes, "val");
      if (name === "style") {
        entry = {};
        const id = attribute(attributes, "styleId") ?? "";
        zip.work.hold(id.length);
        entries.set(id, entry);
      } else if (name === "vanish") {
        entry.isHidden = isOn(value);
      } else if (value !== undefined) {
        setProperty(entry, name, value.slice(0, MAX_NAME_CHARS));
      }
    },
  });
  return entries;
}

function setProperty(entry: StyleEntry, name: string, value: string): void {
  switch (name) {
    case "name":
      entry.name = value;
      break;
    case "basedOn":
      entry.basedOn = value;
      break;
    case "outlineLvl":
      entry.outline = Number(value);
      break;
    case "numId":
      entry.numberingId = value;
      break;
    case "ilvl":
      entry.numberingLevel = Number(value);
      break;
  }
}

function resolve(entries: ReadonlyMap<string, StyleEntry>, styleId: string): ParagraphStyle {
  const style = { ...NO_STYLE };
  let isHidden: boolean | undefined;
  let entry = entries.get(styleId);
  for (let step = 0; entry !== undefined && step < MAX_CHAIN; step += 1) {
    style.headingLevel ??= headingLevel(entry);
    style.numberingId ??= entry.numberingId ?? null;
    isHidden ??= entry.isHidden;
    style.numberingLevel ??= entry.numberingLevel ?? null;
    entry = entry.basedOn === undefined ? undefined : entries.get(entry.basedOn);
  }
  style.isHidden = isHidden ?? false;
  return style.headingLevel === 0 ? { ...style, headingLevel: null } : style;
}

/** 0 where the style says that it is no heading, null where it says nothing. */
function headingLevel({ outline, name }: StyleEntry): number | null {
  if (outline !== undefined) {
    return outline >= 0 && outline < BODY_OUTLINE ? outline + 1 : 0;
  }
  if (name?.toLowerCase() === "title") {
    return 1;
  }
  const level = /^heading ([1-9])$/i.exec(name ?? "")?.[1];
  return level === undefined ? null : Number(level);
}
