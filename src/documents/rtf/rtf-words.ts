/** The control words of RTF that say where text goes, and those that are characters themselves. */

/** Where the text of a group goes. */
export type Destination =
  | "body"
  | "note"
  | "nowhere"
  | "fonts"
  | "styles"
  | "mark"
  /** A field's code. */
  | "code"
  /** A drawn shape, of which only the text box inside it is text. */
  | "shape"
  | "info"
  | "title"
  | "author";

export const DESTINATIONS: ReadonlyMap<string, Destination> = new Map([
  ["fonttbl", "fonts"],
  ["stylesheet", "styles"],
  ["footnote", "note"],
  ["listtext", "mark"],
  ["pntext", "mark"],
  ["fldinst", "code"],
  ["shpinst", "shape"],
  ["shptxt", "body"],
  ["info", "info"],
  ["title", "title"],
  ["author", "author"],
  ...(
    "colortbl pict header headerl headerr headerf footer footerl footerr footerf xe tc " +
    "upr nonshppict objdata bkmkstart bkmkend datafield ftnsep ftnsepc aftnsep annotation"
  )
    .split(" ")
    .map((word): [string, Destination] => [word, "nowhere"]),
]);
/** Optional groups that hold text of the body all the same. */
export const KNOWN_OPTIONAL = new Set(["ud", "shpinst", "shppict", "footnote", "listtext"]);

export const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ["tab", "\t"],
  ["line", "\n"],
  ["emdash", "—"],
  ["endash", "–"],
  ["emspace", " "],
  ["enspace", " "],
  ["qmspace", " "],
  ["bullet", "•"],
  ["lquote", "‘"],
  ["rquote", "’"],
  ["ldblquote", "“"],
  ["rdblquote", "”"],
  ["zwj", "\u200d"],
  ["zwnj", "\u200c"],
  ["~", " "],
  ["_", "-"],
  ["\\", "\\"],
  ["{", "{"],
  ["}", "}"],
]);
