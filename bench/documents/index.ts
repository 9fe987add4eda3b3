import { type DocumentSource, extractText } from "../../src/documents";

interface BenchEnv {
  /** workerd's own service for a folder; it answers to `Range`. */
  FOLDER: Fetcher;
}

/** Takes the text out of the file that the path names, and tells its size. No byte is held but what is read. */
export default {
  async fetch(request: Request, { FOLDER }: BenchEnv): Promise<Response> {
    const { pathname } = new URL(request.url);
    const file = `http://folder${pathname}`;
    const head = await FOLDER.fetch(file, { method: "HEAD" });
    const source: DocumentSource = {
      name: pathname.slice(1),
      size: Number(head.headers.get("Content-Length")),
      async read(offset, length) {
        if (length === 0 || offset >= this.size) {
          return new Uint8Array();
        }
        const last = Math.min(offset + length, this.size) - 1;
        const headers = { Range: `bytes=${offset}-${last}` };
        const range = await FOLDER.fetch(file, { headers });
        return new Uint8Array(await range.arrayBuffer());
      },
      async stream() {
        const { body } = await FOLDER.fetch(file);
        return body ?? new ReadableStream<Uint8Array>();
      },
    };
    try {
      const { text, truncated, pages } = await extractText(source);
      return Response.json({ chars: text.length, truncated, pages: pages?.length ?? null });
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  },
} satisfies ExportedHandler<BenchEnv>;
