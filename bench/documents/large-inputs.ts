/** The largest inputs that are taken: made, sent up, and read by a run. */
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { pagesPdf, rawPdf, stream } from "../../test/support/raw-pdf.ts";
import type { Served } from "../served.ts";

const MIB = 2 ** 20;
const PDF_BYTES = 30 * MIB;
const UPLOAD_BYTES = 95 * MIB;
const LINES_PER_PAGE = 100;

const Uploaded = z.object({ fileId: z.string() });

/** The file's id. */
export async function upload({ url }: Served, name: string, content: Blob): Promise<string> {
  const form = new FormData();
  form.append("file", content, name);
  const response = await fetch(new URL("/api/sdk/files", url), {
    method: "POST",
    headers: { Authorization: `Bearer ${DEMO.key}` },
    body: form,
  });
  if (!response.ok) {
    throw new Error(`${response.status} ${await response.text()}`);
  }
  return Uploaded.parse(await response.json()).fileId;
}

/** A tool that tells how long the text is that it takes of a file. */
export async function addTool(db: D1Database): Promise<void> {
  const actions = [
    { name: "INPUT", type: "input" },
    { name: "FILE", type: "file", spec: { file_id: "{{ INPUT.id }}" } },
    { name: "OUTPUT", type: "output", spec: { value: "{{ FILE.text | length }}" } },
  ];
  await db
    .prepare("UPDATE tool_versions SET actions = ? WHERE project_id = ? AND tool_id = ?")
    .bind(JSON.stringify(actions), DEMO.projectId, DEMO.toolId)
    .run();
}

/** How many characters of text a run takes of it, or what went wrong. */
export async function readFile({ call }: Served, id: string, pages?: string): Promise<string> {
  const config = pages === undefined ? {} : { config: { FILE: { pages } } };
  const body = { inputs: [{ id }], blocking: true, ...config };
  const told = JSON.stringify(
    await call("POST", `/api/sdk/p/${DEMO.projectId}/a/${DEMO.toolId}/r`, body),
  );
  const [, chars] = /"results":\[\[\{"value":(\d+)/.exec(told) ?? [];
  return chars === undefined ? `failed: ${told.slice(-500)}` : `${chars} characters`;
}

function line(number: number): string {
  return `${number} the harbour was reopened in May, and its traffic has doubled since`;
}

/** As large as a file may be. */
export function largestText(): Blob {
  const block = new TextEncoder().encode(`${line(1)}\n`.repeat(1000));
  return new Blob(Array.from({ length: Math.floor(UPLOAD_BYTES / block.length) }, () => block));
}

/** Some four thousand full pages, not packed. */
export function textPdf(): Uint8Array<ArrayBuffer> {
  const page = Array.from({ length: LINES_PER_PAGE }, (_, at) => line(at)).join("\n");
  const count = Math.floor(PDF_BYTES / (page.length + 9 * LINES_PER_PAGE));
  return new Uint8Array(pagesPdf(Array.from({ length: Math.min(count, 5000) }, () => page)));
}

/** Thirty pages with a picture of a megabyte each. */
export function picturesPdf(): Uint8Array<ArrayBuffer> {
  const pages = Array.from({ length: PDF_BYTES / MIB }, (_, at) => at);
  const kids = pages.map((at) => `${3 + 3 * at} 0 R`).join(" ");
  const font = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>";
  return new Uint8Array(
    rawPdf([
      "<</Type/Catalog/Pages 2 0 R>>",
      `<</Type/Pages/Kids[${kids}]/Count ${pages.length}/MediaBox[0 0 600 800]>>`,
      ...pages.flatMap((at) => [
        `<</Type/Page/Parent 2 0 R/Contents ${4 + 3 * at} 0 R/Resources<<${font}/XObject<</P ${5 + 3 * at} 0 R>>>>>>`,
        stream(`/P Do BT/F 10 Tf 9 700 Td(${line(at)})Tj ET`),
        stream(
          crypto.getRandomValues(new Uint8Array(65_536)).toString().slice(0, MIB),
          "/Type/XObject/Subtype/Image/Width 1024/Height 1024/BitsPerComponent 8/ColorSpace/DeviceGray",
        ),
      ]),
    ]),
  );
}
