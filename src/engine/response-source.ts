import type { DocumentSource } from "../documents/index";
import { charsetOfType } from "../domain/charsets/charset-name";
import type { OutboundResponse } from "../net/guarded-fetch";

/** What was fetched, as a document to read. */
export function sourceOfResponse({ body, url, headers }: OutboundResponse): DocumentSource {
  return {
    name: new URL(url).pathname,
    size: body.length,
    charset: charsetOfType(headers["content-type"]),
    read: async (offset, length) => body.subarray(offset, offset + length),
    stream: async () => new Blob([body]).stream(),
  };
}
