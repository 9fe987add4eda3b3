/** The content of messages: what a request may give, and what replies show. */
import * as z from "zod";

import { listOf as elementsOf } from "../../domain/list-of";
import { type Citation, type Message, type MessagePart, wordsOfPart } from "../../domain/message";
import { mediaTypeOf } from "../../domain/names/file-name";
import { MESSAGE } from "../../limits";
import { optional } from "./fields";
import { FileIdField } from "./file-id";
import { toWireId } from "./ids";
import { writeMarkdownTable } from "./markdown-table";
import { stringOrAs } from "./string-or";

const Detail = z.enum(["auto", "low", "high"]);

const PartField = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("text"), text: z.string() }),
    z.strictObject({
      type: z.literal("image_url"),
      image_url: z.strictObject({
        url: z
          .string()
          .regex(/^(?:https?:\/\/|data:image\/)/i, "must be an http, https or data:image URL")
          .meta({ example: "https://example.com/a.png" }),
        detail: optional(Detail),
      }),
    }),
    z.strictObject({
      type: z.literal("image_file"),
      image_file: z.strictObject({ file_id: FileIdField, detail: optional(Detail) }),
    }),
  ])
  .meta({ id: "AssistantsContentPart" });
type PartField = z.output<typeof PartField>;

const encoder = new TextEncoder();

/** A string, or parts; what it says and shows, as the core has it. */
export const ContentField = stringOrAs(elementsOf(PartField, MESSAGE.maxParts), (content) =>
  typeof content === "string" ? textOnly(content) : ofParts(content),
)
  .refine(({ content, parts }) => content.trim() !== "" || parts?.some(isImage) === true, {
    message: "must not be empty",
  })
  .refine(({ content }) => encoder.encode(content).byteLength <= MESSAGE.contentMaxBytes, {
    message: `must be at most ${MESSAGE.contentMaxBytes} bytes of UTF-8`,
  })
  .meta({ example: "What does Bobbin keep?" });

type Content = Pick<Message, "content" | "parts">;

function textOnly(content: string): Content {
  return { content, parts: null };
}

/** One text alone is an ordinary message. */
function ofParts(given: readonly PartField[]): Content {
  const [first, ...others] = given;
  if (first?.type === "text" && others.length === 0) {
    return textOnly(first.text);
  }
  const parts = given.map(toPart);
  return { content: joinTexts(parts), parts: parts.length === 0 ? null : parts };
}

function toPart(part: PartField): MessagePart {
  if (part.type === "text") {
    return part;
  }
  if (part.type === "image_file") {
    const { file_id, detail } = part.image_file;
    return { type: "image_file", file_id, ...(detail ? { detail } : {}) };
  }
  const { url, detail } = part.image_url;
  return { type: "image_url", url, ...(detail ? { detail } : {}) };
}

function isImage({ type }: MessagePart): boolean {
  return type === "image_url" || type === "image_file";
}

function joinTexts(parts: readonly MessagePart[]): string {
  return parts.flatMap((part) => wordsOfPart(part) ?? []).join("\n");
}

export const AnnotationWire = z.strictObject({
  type: z.literal("file_citation"),
  text: z.string(),
  start_index: z.int().describe("Code points of `value` before the mark."),
  end_index: z.int(),
  file_citation: z.strictObject({
    file_id: z.string(),
    quote: z.string().describe("Bobbin's: the passage."),
  }),
});

export function presentCitation(citation: Citation): z.output<typeof AnnotationWire> {
  const { mark, start, end, fileId, documentId, quote } = citation;
  return {
    type: "file_citation",
    text: mark,
    start_index: start,
    end_index: end,
    file_citation: { file_id: toWireId("file", fileId ?? documentId), quote },
  };
}

export const ContentWire = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("text"),
      text: z.strictObject({ value: z.string(), annotations: z.array(AnnotationWire) }),
    }),
    z.strictObject({ type: z.literal("refusal"), refusal: z.string() }),
    z.strictObject({
      type: z.literal("image_file"),
      image_file: z.strictObject({ file_id: z.string(), detail: Detail }),
    }),
    z.strictObject({
      type: z.literal("image_url"),
      image_url: z.strictObject({ url: z.string(), detail: z.string() }),
    }),
  ])
  .meta({ id: "AssistantsContent" });
type ContentWire = z.output<typeof ContentWire>;

/** Parts of other dialects that this one has no word for are told as text. */
export function presentContent({
  content,
  parts,
  citations,
}: Content & Pick<Message, "citations">): ContentWire[] {
  const given = parts ?? [];
  const isWhole = content === "" || joinTexts(given) === content;
  return [...(isWhole ? [] : [textOf(content, citations ?? [])]), ...given.flatMap(presentPart)];
}

function presentPart(part: MessagePart): ContentWire[] {
  switch (part.type) {
    case "text":
      return [textOf(part.text)];
    case "refusal":
      return [refusalOf(part.refusal)];
    case "image_url":
      return [imageOf(part.url, part.detail)];
    case "blob":
      return part.mime_type.startsWith("image/") ? [imageOf(dataUrlOf(part))] : [];
    case "image_file": {
      const { file_id: fileId, detail } = part;
      return [
        {
          type: "image_file",
          image_file: {
            file_id: toWireId("file", fileId),
            detail: Detail.catch("auto").parse(detail),
          },
        },
      ];
    }
    case "file":
      return isImageFile(part)
        ? [
            {
              type: "image_file",
              image_file: { file_id: toWireId("file", part.id), detail: "auto" },
            },
          ]
        : [];
    case "link":
      return [textOf(part.title === undefined ? part.url : `${part.title} (${part.url})`)];
    case "table":
      return [textOf(writeMarkdownTable(part))];
  }
}

/** Files that the parts of other dialects name and that are no images: they are shown as attachments. */
export function attachedIn(parts: readonly MessagePart[] | null): string[] {
  return (parts ?? []).flatMap((part) =>
    part.type === "file" && !isImageFile(part) ? [part.id] : [],
  );
}

function isImageFile({ name }: { name?: string | undefined }): boolean {
  return name !== undefined && mediaTypeOf(name, null).startsWith("image/");
}

export function textOf(
  value: string,
  citations: readonly Citation[] = [],
): Extract<ContentWire, { type: "text" }> {
  return { type: "text", text: { value, annotations: citations.map(presentCitation) } };
}

export function refusalOf(refusal: string): Extract<ContentWire, { type: "refusal" }> {
  return { type: "refusal", refusal };
}

function imageOf(url: string, detail = "auto"): ContentWire {
  return { type: "image_url", image_url: { url, detail } };
}

function dataUrlOf({ mime_type: type, url }: { mime_type: string; url: string }): string {
  return url.startsWith("data:") ? url : `data:${type};base64,${url}`;
}
