/** PDFs whose letters are named by shapes, printed twice or raised, or whose pages are in part damaged. */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { sourceOf } from "./fixtures";

/** A file of these pages' contents; a page that is `null` is a dictionary that cannot be one. */
function pdf(pages: readonly (string | null)[], differences = ""): string {
  const font = `<< /Type /Font /Subtype /Type1 /BaseFont /Own /FirstChar 32 /LastChar 126 /Widths [${"500 ".repeat(95)}] /Encoding << /Type /Encoding /Differences [${differences}] >> >>`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, at) => `${4 + at * 2} 0 R`).join(" ")}] >>`,
    font,
    ...pages.flatMap((content, at) => [
      content === null
        ? "<< /Type /Pages /Count 1 /Kids [2 0 R] >>"
        : `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Resources << /Font << /F 3 0 R >> >> /Contents ${5 + at * 2} 0 R >>`,
      `<< /Length ${(content ?? "").length} >>\nstream\n${content ?? ""}\nendstream`,
    ]),
  ];
  const body = objects.map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`).join("");
  return `%PDF-1.4\n${body}trailer\n<< /Root 1 0 R /Size ${objects.length + 1} >>\n`;
}

const show = (text: string, x: number, y: number, size = 10) =>
  `BT /F ${size} Tf ${x} ${y} Td (${text}) Tj ET\n`;
const read = async (file: string) => extractText(sourceOf(file, "a.pdf"));

describe("letters of a PDF", () => {
  it("are named by what they are, whatever their shape", async ({ expect }) => {
    const { text } = await read(
      pdf(
        [show("ABCDE", 50, 300)],
        "65 /one.oldstyle /f_f_i /quoteright.case /uni00E9.sc /s_t.dlig",
      ),
    );
    expect(text).toBe("[page 1]\n1ffi’ést");
  });

  it("that are printed twice to look bold are told once", async ({ expect }) => {
    const { text } = await read(
      pdf([
        show("Total", 50, 300) +
          show("Total", 50.3, 299.8) +
          show("Total due", 50.1, 300) +
          show("ha", 50, 200) +
          show("ha", 80, 200) +
          show("ha", 50, 150),
      ]),
    );
    expect(text).toBe("[page 1]\nTotal due\n\nha\tha\n\nha");
  });

  it("that are raised digits make no other number of what they stand behind", async ({
    expect,
  }) => {
    const { text } = await read(
      pdf([show("10", 50, 300) + show("6", 60, 304, 6) + show(" m and", 63, 300)]),
    );
    expect(text).toBe("[page 1]\n10⁶ m and");
  });
});

describe("a PDF with a damaged page", () => {
  it("is read without it, and says so", async ({ expect }) => {
    const { text, metadata } = await read(
      pdf([show("one", 50, 300), null, show("three", 50, 300)]),
    );
    expect(text).toContain("one");
    expect(metadata["warning"]).toBe("Page 2 is damaged and was left out.");
  });
});
