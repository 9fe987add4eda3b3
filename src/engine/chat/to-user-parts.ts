import { ActionFailure } from "../../domain/action-failure";
/** What a model gets to see of a message's content and parts: text and images. */
import { cutText } from "../../domain/text";
import type { UserPart } from "../models/provider";
import type { ChatMessage, ContentPart } from "./chat-message";

export function toUserParts({ content, parts }: ChatMessage): UserPart[] {
  const given: ContentPart[] =
    typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
  // Some clients give the words of the content among the parts once more.
  const further = (parts ?? []).filter((part) => part.type !== "text" || part.text !== content);
  return [...given, ...further]
    .map(toUserPart)
    .filter((part) => part.type !== "text" || part.text !== "");
}

/** The same for a role whose words are text alone: an image there is only named. */
export function toText(message: ChatMessage): string {
  return toUserParts(message)
    .map((part) => (part.type === "text" ? part.text : "[image]"))
    .join("\n");
}

function toUserPart(part: ContentPart): UserPart {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image_url": {
      const { url, detail } = "image_url" in part ? part.image_url : part;
      return { type: "image", url: checkImageUrl(url), detail };
    }
    case "blob":
      return part.mime_type.startsWith("image/")
        ? { type: "image", url: checkImageUrl(asDataUrl(part)) }
        : { type: "text", text: `[attached: ${part.mime_type}]` };
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

function checkImageUrl(url: string): string {
  if (!/^(https?:|data:image\/)/.test(url) || !URL.canParse(url)) {
    throw new ActionFailure(
      "invalid_image",
      `An image's url must be http, https or data:image, not ${JSON.stringify(cutText(url, 80))}.`,
    );
  }
  return url;
}

/** Tab-separated, a line a row. */
function writeTable({ columns, data }: { columns: string[]; data: unknown[][] }): string {
  return [columns, ...data].map((row) => row.map(writeCell).join("\t")).join("\n");
}

function writeCell(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
