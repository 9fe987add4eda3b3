/** Puts a stream of bytes into R2 without ever holding more than one part of it. */
import { FILE } from "../../limits";

/** What a small file needs; grows up to a part's size. */
const FIRST_BUFFER_BYTES = 64 * 1024;

/** Bytes as they lie in the bucket. */
export interface StoredBytes {
  size: number;
  /** The same for the same bytes. */
  etag: string;
}

/** Thrown by `storeBytes` once the stream has given more than it may. Nothing is stored then. */
export class TooManyBytes extends Error {
  override readonly name = "TooManyBytes";
}

/**
 * Stores the chunks under the key: by one put where they fit one part, part by part beyond. Where
 * the stream breaks off, nothing is left behind.
 */
export async function storeBytes(
  bucket: R2Bucket,
  key: string,
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<StoredBytes> {
  const parts = new PartWriter(bucket, key);
  try {
    for await (const chunk of chunks) {
      if (parts.size + chunk.byteLength > maxBytes) {
        throw new TooManyBytes();
      }
      await parts.write(chunk);
    }
    const etag = await parts.finish();
    return { size: parts.size, etag };
  } catch (error) {
    await parts.abort();
    throw error;
  } finally {
    parts.release();
  }
}

class PartWriter {
  size = 0;
  readonly #bucket: R2Bucket;
  readonly #key: string;
  #buffer = new Uint8Array(FIRST_BUFFER_BYTES);
  #filled = 0;
  #upload: R2MultipartUpload | null = null;
  readonly #uploaded: R2UploadedPart[] = [];

  constructor(bucket: R2Bucket, key: string) {
    this.#bucket = bucket;
    this.#key = key;
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let rest = chunk; rest.byteLength > 0;) {
      this.#makeRoom(rest.byteLength);
      const piece = rest.subarray(0, this.#buffer.byteLength - this.#filled);
      this.#buffer.set(piece, this.#filled);
      this.#filled += piece.byteLength;
      this.size += piece.byteLength;
      rest = rest.subarray(piece.byteLength);
      // A full part leaves only when more comes: a file of exactly one part is one put.
      if (rest.byteLength > 0) {
        await this.#sendPart();
      }
    }
  }

  /** @returns The object's etag. */
  async finish(): Promise<string> {
    if (this.#upload === null) {
      const bytes = this.#buffer.subarray(0, this.#filled);
      // Null only where a condition is not met, and there is none.
      return (await this.#bucket.put(this.#key, bytes))?.etag ?? "";
    }
    await this.#sendPart();
    return (await this.#upload.complete(this.#uploaded)).etag;
  }

  async abort(): Promise<void> {
    await this.#upload?.abort();
  }

  /** The memory is free at once, not when it is collected. Nothing can be written afterwards. */
  release(): void {
    this.#buffer.buffer.transfer(0);
  }

  /** Doubles the buffer up to a part's size; a buffer of that size is used again for each part. */
  #makeRoom(bytes: number): void {
    const wanted = Math.min(this.#filled + bytes, FILE.uploadPartBytes);
    if (wanted > this.#buffer.byteLength) {
      const size = Math.min(Math.max(wanted, 2 * this.#buffer.byteLength), FILE.uploadPartBytes);
      this.#buffer = new Uint8Array(this.#buffer.buffer.transfer(size));
    }
  }

  async #sendPart(): Promise<void> {
    this.#upload ??= await this.#bucket.createMultipartUpload(this.#key);
    const number = this.#uploaded.length + 1;
    const part = this.#buffer.subarray(0, this.#filled);
    this.#uploaded.push(await this.#upload.uploadPart(number, part));
    this.#filled = 0;
  }
}
