/** Images among the project's files, put into a conversation as data: no provider reaches them. */
import { ActionFailure } from "../../domain/action-failure";
import { IMAGES } from "../../limits";
import type { FileReader, FileView } from "../ports";
import type { ChatMessage, ContentPart } from "./chat-message";

/** What models take. */
const MEDIA_TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

type ImageFile = Extract<ContentPart, { type: "image_file" }>;

/**
 * The newest `IMAGES.max` images of users, as `image_url` parts. Throws ActionFailure `invalid_image` for
 * one of the message that is to be answered; of an earlier message it stays as it is.
 */
export async function inlineImages(
  messages: readonly ChatMessage[],
  files: FileReader,
): Promise<ChatMessage[]> {
  const asked = messages.findLastIndex(({ role }) => role === "user");
  const newest = messages
    .flatMap((message, index) =>
      imagesOf(message).map((part) => ({ part, isAsked: index === asked })),
    )
    .slice(-IMAGES.max)
    .toReversed();
  if (newest.length === 0) {
    return [...messages];
  }
  const views = await files.describe([...new Set(newest.map(({ part }) => part.file_id))]);
  const shown = new Map<ContentPart, ContentPart>();
  let bytesLeft: number = IMAGES.totalMaxBytes;
  for (const { part, isAsked } of newest) {
    const view = views.get(part.file_id);
    const problem = problemOf(view, bytesLeft);
    if (view !== undefined && problem === null) {
      bytesLeft -= view.size;
      shown.set(part, await asDataUrl(part, view, files));
    } else if (isAsked) {
      throw new ActionFailure("invalid_image", `The image ${part.file_id} ${problem}.`);
    }
  }
  return messages.map((message) => ({
    ...message,
    ...(Array.isArray(message.content) && { content: withShown(message.content, shown) }),
    ...(message.parts && { parts: withShown(message.parts, shown) }),
  }));
}

function imagesOf({ role, content, parts }: ChatMessage): ImageFile[] {
  const given =
    role === "user" ? [...(Array.isArray(content) ? content : []), ...(parts ?? [])] : [];
  return given.filter((part) => part.type === "image_file");
}

function problemOf(view: FileView | undefined, bytesLeft: number): string | null {
  if (view === undefined) {
    return "is no file of the project";
  }
  if (!MEDIA_TYPES.has(view.mimeType)) {
    return `is of type ${view.mimeType}; models see ${[...MEDIA_TYPES].join(", ")}`;
  }
  return view.size > Math.min(IMAGES.maxBytes, bytesLeft)
    ? `has ${view.size} bytes; one may have ${IMAGES.maxBytes} and all together ${IMAGES.totalMaxBytes}`
    : null;
}

async function asDataUrl(
  { file_id: id, detail }: ImageFile,
  { mimeType, size }: FileView,
  files: FileReader,
): Promise<ContentPart> {
  const bytes = await files.readRange(id, 0, size);
  const url = `data:${mimeType};base64,${bytes.toBase64()}`;
  return { type: "image_url", url, ...(detail !== undefined && { detail }) };
}

function withShown(
  parts: readonly ContentPart[],
  shown: ReadonlyMap<ContentPart, ContentPart>,
): ContentPart[] {
  return parts.map((part) => shown.get(part) ?? part);
}
