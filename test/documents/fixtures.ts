import type { DocumentSource } from "../../src/documents";

const FOLDER = "../fixtures/documents/";
const FIXTURES = import.meta.glob<Uint8Array>(
  "../fixtures/documents/{libreoffice,pandoc,abiword,gnumeric,python,pdf,plain,odd}/*",
  { query: "?bytes", import: "default" },
);

/** A file of `test/fixtures/documents`, under its own name or another. */
export async function fixture(path: string, name = path): Promise<DocumentSource> {
  return sourceOf(await fixtureBytes(path), name);
}

export async function fixtureBytes(path: string): Promise<Uint8Array> {
  const load = FIXTURES[FOLDER + path];
  if (load === undefined) {
    throw new Error(`There is no fixture ${path}.`);
  }
  return load();
}

/** Bytes as a file, in pieces of 4 KiB as R2 hands them out. */
export function sourceOf(bytes: Uint8Array | string, name: string): DocumentSource {
  const content = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  return {
    name,
    size: content.length,
    read: async (offset, length) => content.slice(offset, offset + length),
    stream: async () => {
      let at = 0;
      return new ReadableStream({
        type: "bytes",
        pull(controller) {
          if (at >= content.length) {
            controller.close();
            controller.byobRequest?.respond(0);
            return;
          }
          controller.enqueue(content.slice(at, at + 4096));
          at += 4096;
        },
      });
    },
  };
}
