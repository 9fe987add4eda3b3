import type { Found } from "./read-folder.ts";
import { type ImportRecord, SECOND_MS, bareId, derivedId, emptyAsNull, given } from "./record.ts";
import type { Message, Part } from "./shapes.ts";

/** @param files Ids of those whose bytes are there: what names another is left out. */
export function messageRecord(
  message: Message,
  found: Found,
  files: ReadonlySet<string>,
): ImportRecord {
  const { assistant_id: assistantId, run_id: runId } = message;
  const assistant = assistantId ? found.assistants.get(assistantId) : undefined;
  const createdAtMs = message.created_at * SECOND_MS;
  const parts = message.content.flatMap((part) => toPart(part, message.id, found, files));
  const texts = parts.flatMap((part) => (part["type"] === "text" ? [String(part["text"])] : []));
  const isTextAlone = parts.length === texts.length && texts.length <= 1;
  const attachments = (message.attachments ?? []).filter(({ file_id: id }) => {
    const isThere = files.has(id);
    if (!isThere) {
      found.left.push({ what: `attachment ${id} of ${message.id}`, why: NO_BYTES });
    }
    return isThere;
  });
  return {
    type: "message",
    thread_id: bareId(message.thread_id),
    id: bareId(message.id),
    role: message.role,
    content: texts.join("\n"),
    created_at_ms: createdAtMs,
    ...(attachments.length > 0 && {
      file_ids: attachments.map(({ file_id: id }) => derivedId("file", id)),
      attachments: attachments.map(({ file_id: id, tools }) => ({
        fileId: derivedId("file", id),
        tools: (tools ?? []).map(({ type }) => type),
      })),
    }),
    ...(isTextAlone ? {} : { parts }),
    ...(assistantId &&
      runId && {
        tool_id: derivedId("assistant", assistantId),
        tool_name: assistant?.name ?? "",
        run_id: derivedId("run", runId),
        ended_at_ms: createdAtMs,
      }),
    ...(message.status === "incomplete" && { incomplete: true }),
    ...given({ metadata: emptyAsNull(message.metadata) }),
  };
}

const NO_BYTES = "the file's bytes are not in the folder";

function toPart(
  part: Part,
  messageId: string,
  { left }: Found,
  files: ReadonlySet<string>,
): Record<string, unknown>[] {
  switch (part.type) {
    case "text":
      for (const { text } of part.text.annotations) {
        left.push({
          what: `${text} of ${messageId}`,
          why: "marks stay text: passages are not kept",
        });
      }
      return [{ type: "text", text: part.text.value }];
    case "refusal":
      return [{ type: "text", text: part.refusal }];
    case "image_url":
      return [
        { type: "image_url", url: part.image_url.url, ...given({ detail: part.image_url.detail }) },
      ];
    case "image_file": {
      const { file_id: id, detail } = part.image_file;
      if (!files.has(id)) {
        left.push({ what: `image ${id} of ${messageId}`, why: NO_BYTES });
        return [{ type: "text", text: `[image ${id}]` }];
      }
      return [{ type: "image_file", file_id: derivedId("file", id), ...given({ detail }) }];
    }
  }
}
