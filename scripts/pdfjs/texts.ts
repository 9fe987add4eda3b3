/** Where pdf.js leaves out text that a reader sees: its own use of the text is to lay it over a drawing. */
import type { Change } from "./slices.ts";

/**
 * Names of glyphs that pdf.js does not know are read as Adobe's list of them says: what follows a dot tells
 * a shape (`one.oldstyle`), and what an underscore joins are several letters (`f_f_i`).
 */
const GLYPH_NAMES: readonly Change[] = [
  [
    "      let code = 0;\n      switch (glyphName[0]) {",
    "      const letters = lettersOfGlyph(glyphName, glyphsUnicodeMap);\n      if (letters !== null) {\n        toUnicode[charcode] = letters;\n        continue;\n      }\n      let code = 0;\n      switch (glyphName[0]) {",
  ],
  [
    "function getUnicodeForGlyph(name, glyphsUnicodeMap) {",
    `function lettersOfGlyph(name, glyphsUnicodeMap) {
  const dot = name.indexOf(".");
  const shape = dot > 0 ? name.slice(0, dot) : name;
  if (shape.length > 60 || (dot <= 0 && !shape.includes("_"))) {
    return null;
  }
  let letters = "";
  for (const part of shape.split("_")) {
    const unicode = getUnicodeForGlyph(part, glyphsUnicodeMap);
    if (unicode === -1) {
      return null;
    }
    letters += String.fromCodePoint(unicode);
  }
  return letters;
}
function getUnicodeForGlyph(name, glyphsUnicodeMap) {`,
  ],
];

export const TEXTS: readonly Change[] = GLYPH_NAMES;
