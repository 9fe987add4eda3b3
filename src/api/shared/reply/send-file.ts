/** A stored file as a download: streamed, one range of it where one is asked for. */
import type { StoredFile } from "../../../domain/file";
import { fileKey } from "../../../store/files/objects";
import { type ByteRange, namesEtag, readRange } from "./byte-range";
import { attachment } from "./content-disposition";
import { fail } from "./fail";

/**
 * Streams the file or the range that is asked for; 304 where the caller has it, 416 for a range
 * outside it.
 */
export async function sendFile(
  request: Request,
  bucket: R2Bucket,
  file: StoredFile,
): Promise<Response> {
  const asked = readRange(request.headers.get("Range"), file.size);
  const isConditional = CONDITIONS.some((name) => request.headers.has(name));
  // A body that is opened must be read: where there may be none, the tag is asked for alone.
  if (request.method === "HEAD" || isConditional || asked === "unsatisfiable") {
    const { httpEtag } = found(file, await bucket.head(keyOf(file)));
    if (namesEtag(request.headers.get("If-None-Match"), httpEtag)) {
      return new Response(null, { status: 304, headers: headersOf(file, httpEtag) });
    }
    if (request.method === "HEAD") {
      return new Response(null, { headers: headersOf(file, httpEtag) });
    }
    // Another file by now than the one of which the client holds a piece: it gets the whole.
    if (!namesEtag(request.headers.get("If-Range") ?? "*", httpEtag)) {
      return sendRange(bucket, file, null);
    }
    if (asked === "unsatisfiable") {
      return fail({ kind: "range_not_satisfiable", sizeBytes: file.size });
    }
  }
  return sendRange(bucket, file, asked);
}

const CONDITIONS = ["If-None-Match", "If-Range"];

/** @param range Null is the whole file. */
async function sendRange(
  bucket: R2Bucket,
  file: StoredFile,
  range: ByteRange | null,
): Promise<Response> {
  const object = found(file, await bucket.get(keyOf(file), range === null ? {} : { range }));
  const headers = headersOf(file, object.httpEtag);
  if (range === null) {
    return new Response(object.body, { headers });
  }
  const last = range.offset + range.length - 1;
  headers.set("Content-Length", String(range.length));
  headers.set("Content-Range", `bytes ${range.offset}-${last}/${file.size}`);
  return new Response(object.body, { status: 206, headers });
}

function keyOf({ projectId, id }: StoredFile): string {
  return fileKey(projectId, id);
}

/** A file that is deleted between its row and its bytes is a file that is not there. */
function found<T extends R2Object>(file: StoredFile, object: T | null): T {
  return object ?? fail({ kind: "not_found", entity: "file", id: file.id });
}

/** Never shown inside the API's origin: as an attachment, of the named type and no other. */
function headersOf(file: StoredFile, etag: string): Headers {
  return new Headers({
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-cache",
    "Content-Disposition": attachment(file.name),
    "Content-Length": String(file.size),
    "Content-Security-Policy": "sandbox",
    "Content-Type": file.mimeType,
    ETag: etag,
    "X-Content-Type-Options": "nosniff",
  });
}
