import * as z from "zod";

import { type DocumentPage, joinPages } from "../../documents/index";
import { ActionFailure } from "../../domain/action-failure";
import { ACTION } from "../../limits";
import { extractOnce } from "../extracted-text/extract-once";
import type { StoredPage, StoredText } from "../extracted-text/stored-text";
import { defineAction } from "./action";
import { describeFiles } from "./describe-files";
import { pageFilter, PagesField } from "./page-numbers";

const FileId = z.string().min(1);

const config = z.strictObject({
  max_chars: z
    .int()
    .min(1)
    .max(ACTION.fileMaxChars)
    .default(ACTION.fileDefaultMaxChars)
    .describe("Characters of text to take of each file."),
  pages: PagesField.optional().describe("Only these pages, sheets or slides, e.g. `1-3,7`."),
});
type FileConfig = z.output<typeof config>;

interface Excerpt {
  text: string;
  pages?: DocumentPage[];
  /** There is more in the file. */
  truncated?: true;
}

export const fileAction = defineAction({
  type: "file",
  summary: "The text of files: documents, tables, mails, web pages; bytes tell of which type.",
  spec: z.strictObject({
    file_id: z
      .union([FileId, z.array(FileId).min(1).max(ACTION.maxFiles)])
      .describe("The id of a file, or a list of ids: the output is then a list, too."),
  }),
  config,
  async execute({ spec: { file_id }, config: wanted, ports: { files }, signal }) {
    const described = await describeFiles(files, [file_id].flat());
    const outputs = [];
    // One after the other: a large document alone takes most of a Worker's memory.
    for (const file of described) {
      const extracted = await extractOnce(file, files, signal);
      outputs.push({
        file_id: file.id,
        name: file.name,
        mime_type: extracted.mimeType,
        ...(await takeExcerpt(extracted, wanted, file.name)),
        metadata: extracted.metadata,
      });
    }
    return { value: Array.isArray(file_id) ? outputs : outputs[0] };
  },
});

async function takeExcerpt(
  stored: StoredText,
  wanted: FileConfig,
  fileName: string,
): Promise<Excerpt> {
  const { pageUnit } = stored;
  if (pageUnit === undefined) {
    if (wanted.pages !== undefined) {
      throw new ActionFailure("file_has_no_pages", `${fileName} has no pages to choose from.`);
    }
    const { text, isCut } = await stored.readText(wanted.max_chars);
    return { text, ...(stored.truncated || isCut ? { truncated: true } : {}) };
  }
  const chosen = choosePages(stored.pages, wanted, fileName);
  const { text: pages, isCut } = await stored.readPages(chosen, wanted.max_chars);
  const isTruncated = stored.truncated || isCut;
  return { text: joinPages(pages, pageUnit), pages, ...(isTruncated ? { truncated: true } : {}) };
}

function choosePages(
  pages: readonly StoredPage[],
  wanted: FileConfig,
  fileName: string,
): readonly StoredPage[] {
  if (wanted.pages === undefined) {
    return pages;
  }
  const isWanted = pageFilter(wanted.pages);
  const chosen = pages.filter(({ number }) => isWanted(number));
  if (chosen.length === 0) {
    throw new ActionFailure("page_not_found", `${fileName} has ${pages.length} pages.`);
  }
  return chosen;
}
