/** A long document is split, its parts are summed up side by side, and the notes are made one text. */
import path from "node:path";

import { type Bobbin, model } from "../bobbin.ts";

/** Any long text will do. */
const LONG_TEXT = path.join(import.meta.dirname, "../../README.md");

export async function run(bobbin: Bobbin): Promise<void> {
  const tool = await bobbin.deploy(path.join(import.meta.dirname, "tool.json"));
  const fileId = await bobbin.upload(LONG_TEXT);
  const { answer, outputsOf } = await bobbin.run(tool, {
    inputs: [{ file_id: fileId }],
    config: { NOTES: model({ tokens: 25 }), SUMMARY: model() },
  });
  console.log(`Noted the main points of ${outputsOf("NOTES").length} parts.`);
  console.log(`Summary  ${answer}`);
}
