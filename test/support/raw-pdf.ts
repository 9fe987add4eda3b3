/** PDFs written object by object, with a true table of places or none. */

/** An object's body, or a stream: what its dictionary says besides its length, and its bytes. */
export type PdfObject = string | PdfStream;

export interface PdfStream {
  dictionary: string;
  data: Uint8Array;
}

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

export function stream(text: string | Uint8Array, dictionary = ""): PdfStream {
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

/** A file whose objects all stand in one packed stream, as some programs write them; streams stand behind them. */
export async function packedPdf(
  objects: readonly string[],
  streams: readonly PdfStream[],
): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const bodies = objects.map((body) => `${body} `);
  let offset = 0;
  const places = bodies.map((body, at) => {
    const place = `${at + 1} ${offset} `;
    offset += body.length;
    return place;
  });
  const head = places.join("");
  const packed = await deflated(head + bodies.join(""));
  const dictionary = `/Type/ObjStm/N ${objects.length}/First ${head.length}/Filter/FlateDecode`;
  const count = objects.length + streams.length + 3;
  const table = new Uint8Array(6 * count);
  const pieces: Uint8Array[] = [encoder.encode("%PDF-1.7\n")];
  let size = 9;
  const note = (number: number, type: number, place: number, index: number): void =>
    table.set([type, place >>> 24, place >>> 16, place >>> 8, place, index], 6 * number);
  // The index of an object in its stream has one byte here: pdf.js reads the rest off the stream itself.
  objects.forEach((_, at) => note(at + 1, 2, count - 2, at & 0xff));
  const add = (number: number, said: string, data: Uint8Array): void => {
    note(number, 1, size, 0);
    const opening = `${number} 0 obj\n<<${said}/Length ${data.length}>>stream\n`;
    for (const piece of [encoder.encode(opening), data, encoder.encode("\nendstream\nendobj\n")]) {
      pieces.push(piece);
      size += piece.length;
    }
  };
  streams.forEach((said, at) => add(objects.length + 1 + at, said.dictionary, said.data));
  add(count - 2, dictionary, packed);
  const start = size;
  note(count - 1, 1, start, 0);
  add(count - 1, `/Type/XRef/Size ${count}/W[1 4 1]/Root 1 0 R`, table);
  pieces.push(encoder.encode(`startxref\n${start}\n%%EOF\n`));
  return new Uint8Array(await new Blob(pieces.map((piece) => new Uint8Array(piece))).arrayBuffer());
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
