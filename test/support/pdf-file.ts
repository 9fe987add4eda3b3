/** A PDF of one page that draws what the content says, packed with Flate as often as asked. */
export async function pdfFile(
  content: ReadableStream<Uint8Array>,
  packings = 1,
): Promise<Uint8Array> {
  let packed = content;
  for (let layer = 0; layer < packings; layer += 1) {
    packed = packed.pipeThrough(new CompressionStream("deflate"));
  }
  const stream = new Uint8Array(await new Response(packed).arrayBuffer());
  const filters = "/FlateDecode".repeat(packings);
  const head = [
    "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj",
    "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj",
    "3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R" +
      "/Resources<</Font<</F 5 0 R>>>>>>\nendobj",
    "5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj",
    `4 0 obj\n<</Length ${stream.length}/Filter[${filters}]>>stream\n`,
  ].join("\n");
  // Without a table of places the parser looks for the objects itself.
  const tail = "\nendstream\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n";
  return new Uint8Array(await new Blob([head, stream, tail]).arrayBuffer());
}

/** The same bytes over and over. */
export function repeatedBytes(text: string, times: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let left = times;
  return new ReadableStream({
    pull(controller) {
      if (left === 0) {
        controller.close();
      } else {
        left -= 1;
        controller.enqueue(bytes);
      }
    },
  });
}

/** A PDF that draws the lines of each page one under the other. */
export function pdfOfPages(pages: readonly (readonly string[])[]): Blob {
  const kids = pages.map((_, page) => `${idOf(page)} 0 R`).join(" ");
  const objects = [
    "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj",
    `2 0 obj\n<</Type/Pages/Kids[${kids}]/Count ${pages.length}>>\nendobj`,
    "3 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj",
    ...pages.map((lines, page) => {
      const drawn = lines.map((line) => `(${line}) Tj T*`).join("\n");
      const content = `BT /F 10 Tf 14 TL 40 760 Td\n${drawn}\nET`;
      return (
        `${idOf(page)} 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents ` +
        `${idOf(page) + 1} 0 R/Resources<</Font<</F 3 0 R>>>>>>\nendobj\n` +
        `${idOf(page) + 1} 0 obj\n<</Length ${content.length}>>stream\n${content}\nendstream\nendobj`
      );
    }),
    "trailer\n<</Root 1 0 R>>\n%%EOF\n",
  ];
  return new Blob([objects.join("\n")]);
}

/** Of a page; its content has the next one. */
function idOf(page: number): number {
  return 4 + 2 * page;
}
