/** The text of a file as R2 keeps it: what is read and written, cut off, gone on with and erased. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { fileReader } from "../../../src/adapters/file-reader";
import { extractOnce } from "../../../src/engine/extracted-text/extract-once";
import { TextKeeper } from "../../../src/engine/extracted-text/text-keeper";
import type { FileReader, FileView } from "../../../src/engine/ports";
import { EXTRACTED_TEXT } from "../../../src/limits";
import { deleteFile } from "../../../src/store/files/files";
import { call } from "../../support/call";
import { type CountedBucket, countBucket } from "../../support/counting-bucket";
import { makeProject } from "../../support/project";
import { pagesPdf } from "../../support/raw-pdf";

interface Bench extends CountedBucket {
  projectId: string;
  file: FileView;
  files: FileReader;
  /** Objects that were made of the file, without their common start. */
  derived(): Promise<string[]>;
}

async function upload(
  content: Uint8Array | string,
  name: string,
  beforeWrite?: (key: string, writes: number) => void,
): Promise<Bench> {
  const { id: projectId, key } = await makeProject();
  const form = new FormData();
  form.append("file", new File([content], name));
  const { json } = await call("/api/sdk/files", { key, method: "POST", body: form });
  const counted = countBucket(env.FILES, beforeWrite);
  const scope = { projectId, endUserId: null, threadId: null };
  const files = fileReader({ DB: env.DB, FILES: counted.bucket }, scope, () => ({
    open: "project",
    threadIds: [],
  }));
  const file = (await files.describe([json.fileId])).get(json.fileId);
  if (file === undefined) {
    throw new Error("The upload has failed.");
  }
  const prefix = `derived/${projectId}/${file.id}/`;
  const derived = async () => {
    const { objects } = await env.FILES.list({ prefix });
    return objects.map((object) => object.key.slice(prefix.length)).toSorted();
  };
  return { ...counted, projectId, file, files, derived };
}

function pageText(at: number): string {
  const lines = Array.from({ length: 100 }, (_, line) => `${line} ${"harbour ".repeat(10).trim()}`);
  return [`page ${at + 1}`, ...lines].join("\n");
}

/** Lines of eight characters: no two blocks of them are alike. */
function numbered(count: number): string {
  return Array.from({ length: count }, (_, at) => String(at).padStart(7)).join("\n");
}

const texts = (count: number) => Array.from({ length: count }, (_, at) => pageText(at));

describe("a document with pages", { timeout: 120_000 }, () => {
  it("gives two pages for the price of an index and two pages", async ({ expect }) => {
    const bench = await upload(pagesPdf(texts(70)), "long.pdf");
    await extractOnce(bench.file, bench.files);
    bench.reads.length = 0;
    const stored = await extractOnce(bench.file, bench.files);
    expect(stored.pages).toHaveLength(70);
    const { text: pages, isCut } = await stored.readPages(
      stored.pages.filter(({ number }) => number === 7 || number === 64),
      1_000_000,
    );
    expect(pages).toEqual([
      { number: 7, text: pageText(6) },
      { number: 64, text: pageText(63) },
    ]);
    expect(isCut).toBe(false);
    expect(bench.reads.map(({ key }) => key.split("/").at(-1)?.length)).toEqual([5, 64, 64]);
    const [index, ...ranges] = bench.reads.map(({ bytes }) => bytes);
    expect(index).toBeLessThan(70 * 40);
    expect(ranges).toEqual([pageText(6).length, pageText(63).length]);
  });

  it("reads neighbours at once, over the seam of two blocks by two reads", async ({ expect }) => {
    const bench = await upload(pagesPdf(texts(65)), "long.pdf");
    const stored = await extractOnce(bench.file, bench.files);
    bench.reads.length = 0;
    const { text: pages } = await stored.readPages(stored.pages.slice(40, 60), 1_000_000);
    expect(pages.map(({ text }) => text)).toEqual(texts(65).slice(40, 60));
    expect(bench.reads).toHaveLength(2);
  });

  it("reads no more of a page than is taken", async ({ expect }) => {
    const bench = await upload(pagesPdf(texts(3)), "short.pdf");
    const stored = await extractOnce(bench.file, bench.files);
    bench.reads.length = 0;
    const { text: pages, isCut } = await stored.readPages(stored.pages, 10);
    expect(pages).toEqual([{ number: 1, text: pageText(0).slice(0, 10) }]);
    expect(isCut).toBe(true);
    expect(bench.reads.map(({ bytes }) => bytes)).toEqual([33]);
  });

  it("goes on after what a reading that broke off has left", async ({ expect }) => {
    let isBroken = true;
    // The first block and its index are kept, the writing of the second block fails.
    const bench = await upload(pagesPdf(texts(70)), "long.pdf", (_, writes) => {
      if (isBroken && writes === 2) {
        throw new Error("R2 is away.");
      }
    });
    await expect(extractOnce(bench.file, bench.files)).rejects.toThrow("R2 is away.");
    isBroken = false;
    const left = await bench.derived();
    expect(left).toContainEqual(expect.stringMatching(/\/index$/));
    bench.writes.length = 0;
    const stored = await extractOnce(bench.file, bench.files);
    const whole = await stored.readText(2_000_000);
    expect(whole.text).toBe(
      texts(70)
        .map((text, at) => `[page ${at + 1}]\n${text}`)
        .join("\n\n"),
    );
    // What was kept is not written again, and nothing of the broken reading stays unused.
    const blocks = bench.writes.filter((key) => !key.endsWith("/index"));
    expect(blocks.filter((key) => left.some((name) => key.endsWith(name)))).toEqual([]);
    const fresh = await upload(pagesPdf(texts(70)), "long.pdf");
    await extractOnce(fresh.file, fresh.files);
    expect(await bench.derived()).toEqual(await fresh.derived());
  });

  it("keeps no progress in the middle of a page", async ({ expect }) => {
    const bench = await upload("x", "a.txt", (_, writes) => {
      if (writes === 1) {
        throw new Error("R2 is away.");
      }
    });
    const keeper = new TextKeeper(bench.files, bench.file.id, null);
    await keeper.add({ text: "one" });
    const long = "x".repeat(3 * EXTRACTED_TEXT.blockBytes);
    await expect(keeper.add({ text: long })).rejects.toThrow("R2 is away.");
    await keeper.keepProgress();
    expect(await bench.derived()).not.toContainEqual(expect.stringMatching(/\/index$/));
  });

  it("is read once where two ask for it at once", async ({ expect }) => {
    const padding = "%".repeat(1_100_000);
    const pdf = new Blob([pagesPdf(texts(60)), padding]);
    const bench = await upload(new Uint8Array(await pdf.arrayBuffer()), "large.pdf");
    await Promise.all([extractOnce(bench.file, bench.files), extractOnce(bench.file, bench.files)]);
    expect(bench.writes.length).toBe(new Set(bench.writes).size + 1);
    expect(bench.writes.filter((key) => key.endsWith("/index"))).toHaveLength(2);
  });
});

describe("a text without pages", () => {
  it("is kept in blocks that no character is cut by", async ({ expect }) => {
    const line = "𝒳 Grüße aus 東京 ";
    const text = line.repeat(60_000).trim();
    const bench = await upload(text, "long.txt");
    const stored = await extractOnce(bench.file, bench.files);
    expect(stored.pages).toEqual([]);
    expect((await bench.derived()).length).toBe(4);
    expect((await stored.readText(5_000_000)).text).toBe(text);
    bench.reads.length = 0;
    expect(await stored.readText(4)).toEqual({ text: "𝒳 G", isCut: true });
    expect(bench.reads.map(({ bytes }) => bytes)).toEqual([15]);
    const seam = EXTRACTED_TEXT.blockBytes / 2;
    expect((await stored.readText(seam)).text).toBe(text.slice(0, seam));
  });
});

describe("a file that goes", () => {
  it("takes all blocks along", async ({ expect }) => {
    const bench = await upload(numbered(200_000), "long.txt");
    await extractOnce(bench.file, bench.files);
    expect((await bench.derived()).length).toBe(5);
    await deleteFile(
      env,
      { projectId: bench.projectId, endUserId: null, threadId: null },
      bench.file.id,
    );
    expect(await bench.derived()).toEqual([]);
  });

  it("leaves nothing where it goes while it is read", async ({ expect }) => {
    const gone = { projectId: "", endUserId: null, threadId: null, fileId: "" };
    let deletion: Promise<unknown> = Promise.resolve();
    const bench = await upload(numbered(200_000), "long.txt", (_, writes) => {
      if (writes === 1) {
        deletion = deleteFile(env, gone, gone.fileId);
      }
    });
    Object.assign(gone, { projectId: bench.projectId, fileId: bench.file.id });
    await expect(extractOnce(bench.file, bench.files)).rejects.toMatchObject({
      code: "file_not_found",
    });
    await deletion;
    expect(await bench.derived()).toEqual([]);
  });
});
