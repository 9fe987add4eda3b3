/** The body of a large upload, which is nowhere in memory as a whole. */
const MIB = 1024 * 1024;

export interface FormStream {
  stream: ReadableStream<Uint8Array>;
  length: number;
  type: string;
}

/** A form with a file of so many bytes, a MiB at a time. */
export function formOf(bytes: number): FormStream {
  const head = new TextEncoder().encode(
    '--b\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\nContent-Type: application/octet-stream\r\n\r\n',
  );
  const tail = new TextEncoder().encode("\r\n--b--\r\n");
  const length = head.byteLength + bytes + tail.byteLength;
  const { readable: stream, writable } = new FixedLengthStream(length);
  const write = async () => {
    const writer = writable.getWriter();
    await writer.write(head);
    const piece = new Uint8Array(MIB);
    for (let left = bytes; left > 0; left -= MIB) {
      await writer.write(piece.subarray(0, Math.min(left, MIB)));
    }
    await writer.write(tail);
    await writer.close();
  };
  // Where nobody reads it.
  void write().catch(() => undefined);
  return { stream, length, type: "multipart/form-data; boundary=b" };
}
