/** Takes one file of a multipart form into R2, or refuses the form and leaves nothing behind. */
import { invalidBody } from "../../../domain/failure";
import { mediaTypeOf, safeFileName } from "../../../domain/file-name";
import { FILE } from "../../../limits";
import { deleteObjects } from "../../../store/files/objects";
import { type StoredBytes, TooManyBytes, storeBytes } from "../../../store/files/store-bytes";
import { ApiError, fail } from "../reply/fail";
import { BrokenMultipart, type Part, boundaryOf, readParts } from "./multipart";

export interface Upload extends StoredBytes {
  name: string;
  mimeType: string;
}

const FIELD = "file";
const CURL = `curl -F ${FIELD}=@path`;
const TOO_LARGE = { kind: "too_large", limitBytes: FILE.maxBytes, what: "file" } as const;

/** Stores the form's field `file` under the key. The form may have no other field. */
export async function receiveUpload(
  request: Request,
  bucket: R2Bucket,
  key: string,
): Promise<Upload> {
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
  try {
    for await (const part of readParts(request.body, boundary)) {
      refuseWrongPart(part, upload);
      upload = await storePart(part, bucket, key);
    }
  } catch (error) {
    await discard(upload, bucket, key);
    throw asRefusal(error);
  }
  return upload ?? fail(invalidBody([FIELD], `is required: a file, as ${CURL} sends it`));
}

function refuseWrongPart({ name, fileName }: Part, earlier: Upload | undefined): void {
  if (name === null) {
    fail({ kind: "malformed_body", reason: "A part of the form does not name its field." });
  }
  if (name !== FIELD) {
    fail(invalidBody([name], `is not a known field: the field is "${FIELD}", as ${CURL} sends it`));
  }
  if (earlier !== undefined) {
    fail(invalidBody([FIELD], "must be given once: one call takes one file"));
  }
  if (fileName === null) {
    fail(invalidBody([FIELD], `must be a file with a file name, as ${CURL} sends it`));
  }
}

async function storePart(part: Part, bucket: R2Bucket, key: string): Promise<Upload> {
  const stored = await storeBytes(bucket, key, part.content, FILE.maxBytes);
  const name = safeFileName(part.fileName ?? "");
  const upload = { name, mimeType: mediaTypeOf(name, part.contentType), ...stored };
  if (stored.size === 0) {
    await discard(upload, bucket, key);
    fail(invalidBody([FIELD], "must not be empty"));
  }
  return upload;
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
