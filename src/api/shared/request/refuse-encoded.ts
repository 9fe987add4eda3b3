import { fail } from "../reply/fail";

/**
 * A compressed body says nothing of its true size before it is unpacked, so none is taken: what the
 * limits are counted in are the bytes that arrive.
 */
export function refuseEncoded(request: Request): void {
  const encoding = request.headers.get("Content-Encoding")?.trim() ?? "";
  if (request.body !== null && encoding !== "" && encoding.toLowerCase() !== "identity") {
    const expected = "sent as it is, without Content-Encoding";
    fail({ kind: "unsupported_media_type", expected, got: encoding });
  }
}
