/** What a download answers, for the document. */
const BYTES = {
  "*/*": { schema: { type: "string", contentMediaType: "application/octet-stream" } },
};

/** The replies of a call that hands out a file's bytes, whole or a range. */
export const DOWNLOADS = {
  200: { description: "The bytes, of the file's own type.", content: BYTES },
  206: { description: "The range of bytes that was asked for.", content: BYTES },
  304: { description: "The file is what `If-None-Match` names." },
};
