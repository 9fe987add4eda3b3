import * as z from "zod";

import { type DocumentPage, joinPages } from "../../documents/index";
import { TextBudget } from "../../documents/text/text-writer";
import { ActionFailure } from "../../domain/action-failure";
import { cutText } from "../../domain/text";
import { ACTION } from "../../limits";
import { extractOnce, type FileText } from "../extract-once";
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
  async execute({ spec: { file_id }, config: wanted, ports: { files } }) {
    const described = await describeFiles(files, [file_id].flat());
    const outputs = [];
    // One after the other: a large document alone takes most of a Worker's memory.
    for (const file of described) {
      const extracted = await extractOnce(file, files);
      outputs.push({
        file_id: file.id,
        name: file.name,
        mime_type: extracted.mimeType,
        ...takeExcerpt(extracted, wanted, file.name),
        metadata: extracted.metadata,
      });
    }
    return { value: Array.isArray(file_id) ? outputs : outputs[0] };
  },
});

function takeExcerpt(extracted: FileText, wanted: FileConfig, fileName: string): Excerpt {
  const { pages, pageUnit } = extracted;
  if (pages !== undefined && pageUnit !== undefined) {
    const budget = new TextBudget(wanted.max_chars);
    const chosen = choosePages(pages, wanted, fileName);
    const kept = chosen.flatMap((page) =>
      budget.isSpent ? [] : [{ ...page, text: budget.take(page.text) }],
    );
    const isCut = extracted.truncated || budget.isExceeded || kept.length < chosen.length;
    return { text: joinPages(kept, pageUnit), pages: kept, ...(isCut ? { truncated: true } : {}) };
  }
  if (wanted.pages !== undefined) {
    throw new ActionFailure("file_has_no_pages", `${fileName} has no pages to choose from.`);
  }
  const text = extracted.text ?? "";
  const isCut = extracted.truncated || text.length > wanted.max_chars;
  return { text: cutText(text, wanted.max_chars), ...(isCut ? { truncated: true } : {}) };
}

function choosePages(
  pages: readonly DocumentPage[],
  wanted: FileConfig,
  fileName: string,
): readonly DocumentPage[] {
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
