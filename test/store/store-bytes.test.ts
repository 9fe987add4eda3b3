/**
 * Proves what is in the bucket after a stream has come to its end, or has not. The bucket is real; a
 * watch around it tells which upload it was.
 */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { FILE } from "../../src/limits";
import { TooManyBytes, storeBytes } from "../../src/store/files/store-bytes";

const MIB = 1024 * 1024;

async function* chunksOf(bytes: number, end?: Error): AsyncGenerator<Uint8Array, void> {
  for (let left = bytes; left > 0; left -= MIB) {
    yield new Uint8Array(Math.min(left, MIB)).fill(7);
  }
  if (end !== undefined) {
    throw end;
  }
}

function watchedBucket() {
  const uploads: R2MultipartUpload[] = [];
  const bucket = new Proxy(env.FILES, {
    get: (target, name) =>
      name === "createMultipartUpload"
        ? async (key: string) => {
            const upload = await target.createMultipartUpload(key);
            uploads.push(upload);
            return upload;
          }
        : Reflect.get(target, name).bind(target),
  });
  return { bucket, uploads };
}

describe("storeBytes", () => {
  it("puts what fits one part at once, and more part by part", async ({ expect }) => {
    const { bucket, uploads } = watchedBucket();
    const small = await storeBytes(bucket, "test/small", chunksOf(FILE.uploadPartBytes), 1e9);
    expect(small.size).toBe(FILE.uploadPartBytes);
    expect(uploads).toHaveLength(0);
    const large = await storeBytes(bucket, "test/large", chunksOf(FILE.uploadPartBytes + 1), 1e9);
    expect(large.size).toBe(FILE.uploadPartBytes + 1);
    expect(uploads).toHaveLength(1);
    expect((await env.FILES.head("test/large"))?.size).toBe(FILE.uploadPartBytes + 1);
  });

  it.for([
    ["breaks off", new Error("connection lost"), 1e9, "connection lost"],
    ["gives more than it may", undefined, FILE.uploadPartBytes + MIB, new TooManyBytes()],
  ] as const)(
    "leaves nothing behind of a stream that %s",
    async ([, end, maxBytes, error], { expect }) => {
      for (const bytes of [MIB, 2 * FILE.uploadPartBytes]) {
        const { bucket, uploads } = watchedBucket();
        const key = `test/broken-${crypto.randomUUID()}`;
        const limit = Math.min(maxBytes, bytes === MIB && end === undefined ? MIB - 1 : maxBytes);
        await expect(storeBytes(bucket, key, chunksOf(bytes, end), limit)).rejects.toThrow(
          error instanceof Error ? TooManyBytes : error,
        );
        expect(await env.FILES.head(key)).toBe(null);
        for (const { uploadId } of uploads) {
          const again = env.FILES.resumeMultipartUpload(key, uploadId);
          await expect(again.uploadPart(1, new Uint8Array(1))).rejects.toThrow(/multipart upload/);
        }
        expect(uploads).toHaveLength(bytes === MIB ? 0 : 1);
      }
    },
  );
});
