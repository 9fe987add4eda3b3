/**
 * Real files with bytes changed, cut out or doubled: whatever comes of it, it is a text or a failure with
 * a code, and it comes soon. Mutations are the same in each run.
 */
import { it } from "vitest";

import { extractText, readRows } from "../../src/documents";
import { ZipArchive } from "../../src/documents/package/zip";
import { ActionFailure } from "../../src/domain/action-failure";
import { DOCUMENT } from "../../src/limits";
import { zipFile, type ZipPart } from "../support/zip-file";
import { fixtureBytes, sourceOf } from "./fixtures";

const FILES = [
  "libreoffice/report.docx",
  "libreoffice/book.xlsx",
  "libreoffice/talk.pptx",
  "libreoffice/report.odt",
  "libreoffice/book.ods",
  "libreoffice/talk.odp",
  "libreoffice/report.epub",
  "libreoffice/report.rtf",
  "libreoffice/report.html",
  "libreoffice/locked.docx",
  "abiword/report.rtf",
  "pdf/reportlab-columns.pdf",
  "python/mail.eml",
  "plain/gb18030.csv",
];
const ROUNDS = 9;

/** Mulberry32: enough chance for picking bytes, and repeatable. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function mutate(bytes: Uint8Array, pick: (below: number) => number): Uint8Array {
  const at = pick(bytes.length);
  const length = 1 + pick(200);
  switch (pick(4)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return new Uint8Array([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
    case 2:
      return new Uint8Array([...bytes.subarray(0, at + length), ...bytes.subarray(at)]);
    default: {
      const changed = bytes.slice();
      for (let change = 0; change < 20; change += 1) {
        changed[pick(bytes.length)] = pick(256);
      }
      return changed;
    }
  }
}

/** The same archive with one of its XML parts changed: the checksums of a changed file would hide it. */
async function changeInside(bytes: Uint8Array, pick: (below: number) => number) {
  const zip = await ZipArchive.open(sourceOf(bytes, "original"));
  const names = zip.names().filter((name) => /(?:\.xml|\.rels|\.xhtml|\.opf|mimetype)$/.test(name));
  const changed = names[pick(names.length)];
  const parts: ZipPart[] = [];
  for (const name of names) {
    const content = await zip.text(name, DOCUMENT.zipPartMaxBytes);
    const mutated = name === changed ? mutate(new TextEncoder().encode(content), pick) : null;
    parts.push({ name, content: mutated === null ? content : new TextDecoder().decode(mutated) });
  }
  return zipFile(parts);
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
    return null;
  } catch (error) {
    return error;
  }
}

for (const file of FILES) {
  it(`survives changes to ${file}`, async ({ expect }) => {
    const original = await fixtureBytes(file);
    const isPacked = original[0] === 0x50;
    const pick = chance(file.length);
    for (let round = 0; round < ROUNDS; round += 1) {
      const isInside = isPacked && round % 3 > 0;
      const bytes = isInside ? await changeInside(original, pick) : mutate(original, pick);
      const source = sourceOf(bytes, file);
      const failures = [
        await failureOf(extractText(source)),
        await failureOf(readRows(source, { limit: 100 })),
      ];
      for (const failure of failures.filter((found) => found !== null)) {
        expect(failure).toBeInstanceOf(ActionFailure);
      }
    }
  }, 30_000);
}
