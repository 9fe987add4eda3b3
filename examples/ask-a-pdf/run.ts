/** A file is uploaded once; its text is extracted at the first question and kept for the next. */
import path from "node:path";

import * as z from "zod";

import { type Bobbin, model } from "../bobbin.ts";

const Document = z.object({ name: z.string(), pages: z.array(z.object({ text: z.string() })) });

export async function run(bobbin: Bobbin): Promise<void> {
  const tool = await bobbin.deploy(path.join(import.meta.dirname, "tool.json"));
  const fileId = await bobbin.upload(path.join(import.meta.dirname, "lighthouse.pdf"));
  for (const question of ["When was the lamp lit?", "How far does it reach?"]) {
    const { answer, outputsOf } = await bobbin.run(tool, {
      inputs: [{ file_id: fileId, question }],
      config: { CHAT: model() },
    });
    const { name, pages } = Document.parse(outputsOf("DOCUMENT")[0]);
    console.log(`Read ${pages.length} pages of ${name}.`);
    console.log(`Question  ${question}\nAnswer    ${answer}`);
  }
}
