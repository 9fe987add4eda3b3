/** PDFs written object by object, with a true table of places or none. */

/** An object's body, or a stream: what its dictionary says besides its length, and its bytes. */
export type PdfObject = string | { dictionary: string; data: Uint8Array };

/** A file of these objects, numbered from 1; the first is the catalog. */
export function rawPdf(objects: readonly PdfObject[], { hasTable = true } = {}): Uint8Array {
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [];
  const offsets: number[] = [];
  let size = 0;
  const add = (chunk: Uint8Array | string) => {
    const bytes = typeof chunk === "string" ? encoder.encode(chunk) : chunk;
    chunks.push(bytes);
    size += bytes.length;
  };
  add("%PDF-1.7\n");
  for (const [at, object] of objects.entries()) {
    offsets.push(size);
    if (typeof object === "string") {
      add(`${at + 1} 0 obj\n${object}\nendobj\n`);
    } else {
      add(`${at + 1} 0 obj\n<<${object.dictionary}/Length ${object.data.length}>>stream\n`);
      add(object.data);
      add("\nendstream\nendobj\n");
    }
  }
  const start = size;
  if (hasTable) {
    add(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`);
    add(offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join(""));
  }
  add(`trailer<</Size ${objects.length + 1}/Root 1 0 R>>\n`);
  add(hasTable ? `startxref\n${start}\n%%EOF\n` : "%%EOF\n");
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

export function stream(text: string | Uint8Array, dictionary = ""): PdfObject {
  return { dictionary, data: typeof text === "string" ? new TextEncoder().encode(text) : text };
}

const FONT = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>";

/** A page that draws object 4, with `others` from object 5 on. */
export function pagePdf(
  content: PdfObject,
  others: readonly PdfObject[] = [],
  resources = FONT,
): Uint8Array {
  return rawPdf([
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<${resources}>>>>`,
    content,
    ...others,
  ]);
}

export async function deflated(text: string | Uint8Array): Promise<Uint8Array> {
  const packed = new Blob([typeof text === "string" ? text : new Uint8Array(text)])
    .stream()
    .pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** A PDF with a page a text, of a hundred lines of ASCII at most without brackets and backslashes. */
export function pagesPdf(texts: readonly string[]): Uint8Array {
  const kids = texts.map((_, at) => `${3 + 2 * at} 0 R`).join(" ");
  return rawPdf([
    "<</Type/Catalog/Pages 2 0 R>>",
    `<</Type/Pages/Kids[${kids}]/Count ${texts.length}/MediaBox[0 0 600 800]/Resources<<${FONT}>>>>`,
    ...texts.flatMap((text, at) => [
      `<</Type/Page/Parent 2 0 R/Contents ${4 + 2 * at} 0 R>>`,
      stream(`BT/F 5 Tf 6 TL 9 700 Td(${text.replaceAll("\n", ")Tj T*(")})Tj ET`),
    ]),
  ]);
}
