/** The body as text, up to so many UTF-16 units; cut where it is longer, or breaks. */
export async function readText(
  { body }: Response,
  maxChars: number,
): Promise<{ text: string; isCut: boolean }> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const piece of body ?? []) {
      text += decoder.decode(piece, { stream: true });
      if (text.length > maxChars) {
        return { text: text.slice(0, maxChars), isCut: true };
      }
    }
    return { text: text + decoder.decode(), isCut: false };
  } catch {
    return { text, isCut: true };
  }
}
