/** What a model gets to see of a message's content and parts: text and images. */
import { ActionFailure } from "../../domain/action-failure";
import { wordsOfPart } from "../../domain/message";
import { cutText } from "../../domain/text";
import type { UserPart } from "../models/provider";
import type { ChatMessage, ContentPart } from "./chat-message";

/** What stands for an image that no model could fetch, in a message that was answered or passed by. */
const NO_IMAGE = "[image that cannot be shown]";

/**
 * @param isAsked The message is what the model is to answer: an image that is none fails the run. In
 * an earlier one it is only named, or whoever wrote it would have stopped the thread for everybody.
 */
export function toUserParts({ content, parts }: ChatMessage, isAsked: boolean): UserPart[] {
  const given: ContentPart[] =
    typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
  // Some clients give the words of the content among the parts once more, as refusals are given.
  const further = (parts ?? []).filter((part) => wordsOfPart(part) !== content);
  return [...given, ...further]
    .map((part) => toUserPart(part, isAsked))
    .filter((part) => part.type !== "text" || part.text !== "");
}

/** The same for a role whose words are text alone: an image there is only named. */
export function toText(message: ChatMessage): string {
  return toUserParts(message, false)
    .map((part) => (part.type === "text" ? part.text : "[image]"))
    .join("\n");
}

function toUserPart(part: ContentPart, isAsked: boolean): UserPart {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "refusal":
      return { type: "text", text: part.refusal };
    case "image_url": {
      const { url, detail } = "image_url" in part ? part.image_url : part;
      return toImage({ type: "image", url, detail }, isAsked);
    }
    case "blob":
      return part.mime_type.startsWith("image/")
        ? toImage({ type: "image", url: asDataUrl(part) }, isAsked)
        : { type: "text", text: `[attached: ${part.mime_type}]` };
    case "image_file":
      // Those that a model may see were put in as data before: see `inline-images.ts`.
      return { type: "text", text: NO_IMAGE };
    case "file":
      return { type: "text", text: `[file: ${part.name ?? part.id}]` };
    case "link":
      return { type: "text", text: `[link: ${[part.title, part.url].join(" ").trim()}]` };
    case "table":
      return { type: "text", text: [part.name, writeTable(part)].join("\n") };
  }
}

/** A blob's address is base64 alone, or a whole `data:` URL. */
function asDataUrl({ mime_type, url }: { mime_type: string; url: string }): string {
  return url.startsWith("data:") ? url : `data:${mime_type};base64,${url}`;
}

function toImage(image: Extract<UserPart, { type: "image" }>, isAsked: boolean): UserPart {
  const { url } = image;
  if (/^(https?:|data:image\/)/.test(url) && URL.canParse(url)) {
    return image;
  }
  if (isAsked) {
    throw new ActionFailure(
      "invalid_image",
      `An image's url must be http, https or data:image, not ${JSON.stringify(cutText(url, 80))}.`,
    );
  }
  return { type: "text", text: NO_IMAGE };
}

/** Tab-separated, a line a row. */
function writeTable({ columns, data }: { columns: string[]; data: unknown[][] }): string {
  return [columns, ...data].map((row) => row.map(writeCell).join("\t")).join("\n");
}

function writeCell(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
