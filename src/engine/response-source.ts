import type { DocumentSource } from "../documents/index";
import type { OutboundResponse } from "../net/guarded-fetch";

/** What was fetched, as a document to read. */
export function sourceOfResponse({ body, url }: OutboundResponse): DocumentSource {
  return {
    name: new URL(url).pathname,
    size: body.length,
    read: async (offset, length) => body.subarray(offset, offset + length),
    stream: async () => new Blob([body]).stream(),
  };
}
