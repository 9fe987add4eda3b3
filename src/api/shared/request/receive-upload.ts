/** Takes one file of a multipart form into R2, or refuses the form and leaves nothing behind. */
import { invalidBody } from "../../../domain/failure";
import { HEAD_BYTES, mediaTypeOf, safeFileName } from "../../../domain/names/file-name";
import { FILE } from "../../../limits";
import { deleteObjects } from "../../../store/files/objects";
import { type StoredBytes, TooManyBytes, storeBytes } from "../../../store/files/store-bytes";
import { ApiError, fail } from "../reply/fail";
import { BrokenMultipart, type Part, boundaryOf, readParts } from "./multipart";

interface Upload extends StoredBytes {
  name: string;
  mimeType: string;
}

/** With the form's other fields, by their names. */
export interface UploadForm extends Upload {
  fields: Record<string, string>;
}

const FIELD = "file";
const CURL = `curl -F ${FIELD}=@path`;
const TOO_LARGE = { kind: "too_large", limitBytes: FILE.maxBytes, what: "file" } as const;

/** Stores the form's field `file` under the key. @param names Of what else the form may say, before the file or behind. */
export async function receiveUpload(
  request: Request,
  bucket: R2Bucket,
  key: string,
  names: readonly string[] = [],
): Promise<UploadForm> {
  const contentType = request.headers.get("Content-Type");
  const boundary = boundaryOf(contentType);
  if (boundary === null || request.body === null) {
    const expected = "multipart/form-data with a boundary";
    return fail({ kind: "unsupported_media_type", expected, got: contentType ?? "" });
  }
  // Before a byte is read; the form around the file is small beside the allowance.
  if (Number(request.headers.get("Content-Length")) > FILE.maxBytes + FILE.formAllowanceBytes) {
    fail(TOO_LARGE);
  }
  let upload: Upload | undefined;
  const fields: Record<string, string> = {};
  try {
    for await (const part of readParts(request.body, boundary)) {
      if (part.name !== null && names.includes(part.name)) {
        fields[part.name] = await readField(part, part.name);
      } else {
        refuseWrongPart(part, upload, names);
        upload = await storePart(part, bucket, key);
      }
    }
  } catch (error) {
    await discard(upload, bucket, key);
    throw asRefusal(error);
  }
  return upload === undefined
    ? fail({ kind: "invalid", where: "body", issues: [NO_FILE] })
    : { ...upload, fields };
}

const NO_FILE = {
  path: [FIELD],
  message: `is required: a file, as ${CURL} sends it`,
  rule: { kind: "missing" as const },
};

async function readField({ content }: Part, name: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of content) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > FILE.formFieldMaxChars) {
      fail(invalidBody([name], `must have at most ${FILE.formFieldMaxChars} characters`));
    }
  }
  return text + decoder.decode();
}

function refuseWrongPart(
  { name, fileName }: Part,
  earlier: Upload | undefined,
  names: readonly string[],
): void {
  if (name === null) {
    fail({ kind: "malformed_body", reason: "A part of the form does not name its field." });
  }
  if (name !== FIELD) {
    const known = names.length === 0 ? `the field is "${FIELD}"` : `the file's is "${FIELD}"`;
    const message = `is not a known field: ${known}, as ${CURL} sends it`;
    fail({
      kind: "invalid",
      where: "body",
      issues: [{ path: [name], message, rule: { kind: "unknown" } }],
    });
  }
  if (earlier !== undefined) {
    fail(invalidBody([FIELD], "must be given once: one call takes one file"));
  }
  if (fileName === null) {
    fail(invalidBody([FIELD], `must be a file with a file name, as ${CURL} sends it`));
  }
}

async function storePart(part: Part, bucket: R2Bucket, key: string): Promise<Upload> {
  const head = new Uint8Array(HEAD_BYTES);
  const chunks = noteHead(part.content, head);
  const stored = await storeBytes(bucket, key, chunks, FILE.maxBytes);
  const name = safeFileName(part.fileName ?? "");
  const upload = { name, mimeType: mediaTypeOf(name, part.contentType, head), ...stored };
  if (stored.size === 0) {
    await discard(upload, bucket, key);
    fail(invalidBody([FIELD], "must not be empty"));
  }
  return upload;
}

/** The same chunks; the first bytes of them are in `head` as well. */
async function* noteHead(
  chunks: AsyncIterable<Uint8Array>,
  head: Uint8Array,
): AsyncGenerator<Uint8Array> {
  let noted = 0;
  for await (const chunk of chunks) {
    const more = chunk.subarray(0, head.byteLength - noted);
    head.set(more, noted);
    noted += more.byteLength;
    yield chunk;
  }
}

async function discard(upload: Upload | undefined, bucket: R2Bucket, key: string): Promise<void> {
  if (upload !== undefined) {
    await deleteObjects(bucket, [key]);
  }
}

/** A body that breaks off or is no form is its sender's failure, not ours. */
function asRefusal(error: unknown): unknown {
  if (error instanceof TooManyBytes) {
    return new ApiError(TOO_LARGE);
  }
  return error instanceof BrokenMultipart
    ? new ApiError({ kind: "malformed_body", reason: error.message })
    : error;
}
