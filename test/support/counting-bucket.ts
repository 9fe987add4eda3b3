/** A bucket that notes what is asked of it. */
export interface CountedBucket {
  bucket: R2Bucket;
  /** Keys that were read, with the bytes that came. */
  reads: { key: string; bytes: number }[];
  /** Keys that were written. */
  writes: string[];
}

/** @param beforeWrite May throw: the write is then not made. */
export function countBucket(
  bucket: R2Bucket,
  beforeWrite: (key: string, writes: number) => void = () => {},
): CountedBucket {
  const reads: CountedBucket["reads"] = [];
  const writes: string[] = [];
  const counted = new Proxy(bucket, {
    get(target, name) {
      if (name === "get") {
        return async (key: string, options?: R2GetOptions) => {
          const found = await target.get(key, options);
          const range = found?.range;
          const isPart = range !== undefined && "length" in range && range.length !== undefined;
          reads.push({ key, bytes: isPart ? (range.length ?? 0) : (found?.size ?? 0) });
          return found;
        };
      }
      if (name === "put") {
        return async (key: string, value: ArrayBuffer) => {
          beforeWrite(key, writes.length);
          writes.push(key);
          return target.put(key, value);
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { bucket: counted, reads, writes };
}
