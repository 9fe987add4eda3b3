/** The `Range` header (RFC 9110, 14.2): one range of bytes; anything else is as if it were not there. */

/** In bytes from the start of the file. */
export interface ByteRange {
  offset: number;
  length: number;
}

const ONE_RANGE = /^bytes=(\d*)-(\d*)$/;

/** The range that the header asks for, of a file of `sizeBytes` bytes; null: the whole file. */
export function readRange(
  header: string | null,
  sizeBytes: number,
): ByteRange | "unsatisfiable" | null {
  const [, first = "", last = ""] = ONE_RANGE.exec(header?.trim() ?? "") ?? [];
  if (first === "") {
    return last === "" ? null : readSuffix(Number(last), sizeBytes);
  }
  const offset = Number(first);
  const end = last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== "" && Number(last) < offset) {
    return null;
  }
  return offset >= sizeBytes ? "unsatisfiable" : { offset, length: end - offset + 1 };
}

/** The last `length` bytes. */
function readSuffix(length: number, sizeBytes: number): ByteRange | "unsatisfiable" {
  const given = Math.min(length, sizeBytes);
  return given === 0 ? "unsatisfiable" : { offset: sizeBytes - given, length: given };
}

/** Whether an `If-None-Match` or `If-Range` list names this entity tag; weakness does not matter. */
export function namesEtag(header: string | null, etag: string): boolean {
  const tags = (header ?? "").split(",").map(strong);
  return tags.includes("*") || tags.includes(strong(etag));
}

function strong(tag: string): string {
  return tag.trim().replace(/^W\//, "");
}
