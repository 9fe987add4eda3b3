/** Pages that are written downwards: a column is a line, the right one first. */
import { it } from "vitest";

import { extractText } from "../../src/documents";
import { fixture } from "./fixtures";

for (const file of ["odd/each-glyph-v.pdf", "odd/each-glyph-h.pdf"]) {
  it(`joins the letters of a column that are placed one by one, ${file}`, async ({ expect }) => {
    const { text } = await extractText(await fixture(file));
    expect(text).toBe("[page 1]\n返金は五日以内に\n行います。窓口へ");
  });
}
