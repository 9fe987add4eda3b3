import { send } from "../api/call.ts";

const CONTENT = "GET /api/sdk/files/{file_id}/content";

/** The bytes of a file: by a call, since a link would carry no key. */
export async function fileContent(id: string, signal?: AbortSignal): Promise<Blob> {
  return (await send(CONTENT, { path: { file_id: id } }, { signal })).blob();
}

export function saveAs(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
