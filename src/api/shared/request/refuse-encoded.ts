import { fail } from "../reply/fail";

/**
 * Fails where the body is compressed: limits count the bytes that arrive, and a compressed body does not
 * tell its true size before it is unpacked.
 */
export function refuseEncoded(request: Request): void {
  const encoding = request.headers.get("Content-Encoding")?.trim() ?? "";
  if (request.body !== null && encoding !== "" && encoding.toLowerCase() !== "identity") {
    const expected = "sent as it is, without Content-Encoding";
    fail({ kind: "unsupported_media_type", expected, got: encoding });
  }
}
