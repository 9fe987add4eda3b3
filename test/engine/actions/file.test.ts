/** The `file` and `data` actions: which files, which pages, how much of them, and read how often. */
import { describe, it } from "vitest";

import { ACTION } from "../../../src/limits";
import { fixtureBytes } from "../../documents/fixtures";
import { forNextRun, testWorld, type TestWorld } from "../../support/ports";
import { action, definition, js, resultOf, run } from "../run";

function addFile(
  world: TestWorld,
  id: string,
  content: string | Uint8Array,
  name = id,
  mimeType = "application/octet-stream",
): TestWorld {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const view = { id, name, mimeType, size: bytes.length };
  world.files.set(id, { view, bytes });
  return world;
}

function reading(fileId: unknown, config: Record<string, unknown> = {}) {
  return definition(action("file", "DOC", { file_id: fileId }, { config }));
}

function rowsOf(config: Record<string, unknown> = {}) {
  return definition(action("data", "ROWS", { file_id: "f1" }, { config }));
}

async function slides(): Promise<TestWorld> {
  return addFile(testWorld(), "f1", await fixtureBytes("libreoffice/talk.pptx"));
}

describe("file", () => {
  it("gives the text of a file, and its type as its bytes tell it", async ({ expect }) => {
    const world = addFile(testWorld(), "f1", "<!doctype html><p>Hello &amp; bye</p>", "page.bin");
    expect(await resultOf(reading("f1"), {}, world)).toEqual({
      file_id: "f1",
      name: "page.bin",
      mime_type: "text/html",
      text: "Hello & bye",
      metadata: { charset: "utf-8" },
    });
  });

  it("gives a list where it is asked for one, in that order", async ({ expect }) => {
    const world = addFile(addFile(testWorld(), "f1", "one"), "f2", "two");
    expect(await resultOf(reading(["f2", "f1"]), {}, world)).toMatchObject([
      { file_id: "f2", text: "two" },
      { file_id: "f1", text: "one" },
    ]);
    expect(await resultOf(reading(["f1"]), {}, forNextRun(world))).toMatchObject([{ text: "one" }]);
  });

  it("takes so many characters of each file, and says where it has cut", async ({ expect }) => {
    const world = addFile(testWorld(), "f1", "12345");
    const cut = await resultOf(reading("f1", { max_chars: 4 }), {}, world);
    expect(cut).toMatchObject({ text: "1234", truncated: true });
    const whole = await resultOf(reading("f1", { max_chars: 5 }), {}, forNextRun(world));
    expect(whole).not.toHaveProperty("truncated");
  });

  it("extracts once a file, whichever run asks", async ({ expect }) => {
    const world = addFile(testWorld(), "f1", "kept");
    await resultOf(reading("f1"), {}, world);
    world.ports.files.readRange = () => Promise.reject(new Error("It is read again."));
    world.ports.files.stream = () => Promise.reject(new Error("It is read again."));
    expect(await resultOf(reading("f1"), {}, forNextRun(world))).toMatchObject({ text: "kept" });
  });

  it("names all files that are not there", async ({ expect }) => {
    const world = addFile(testWorld(), "f1", "one");
    const outcome = await run(reading(["gone", "f1", "lost"]), {}, world);
    expect(outcome.error).toEqual({
      code: "file_not_found",
      message: "DOC: There is no file gone, lost.",
    });
  });

  it("fails as the file cannot be read", async ({ expect }) => {
    const world = addFile(testWorld(), "f1", await fixtureBytes("libreoffice/locked.docx"));
    expect((await run(reading("f1"), {}, world)).error?.code).toBe("file_encrypted");
    expect(world.derived.size).toBe(0);
  });

  it("takes as many files as a message has, and not one more", async ({ expect }) => {
    const world = addFile(testWorld(), "f", "one");
    const files = js(`() => Array(${ACTION.maxFiles + 1}).fill("f")`);
    expect((await run(reading(files), {}, world)).error?.code).toBe("invalid_spec");
    const fewer = js(`() => Array(${ACTION.maxFiles}).fill("f")`);
    expect((await run(reading(fewer), {}, forNextRun(world))).status).toBe("succeeded");
  });
});

describe("the pages of a file", () => {
  it("are told apart, in the text as well", async ({ expect }) => {
    const result = await resultOf(reading("f1"), {}, await slides());
    expect(result).toMatchObject({ pages: [{ number: 1 }, { number: 2 }, { number: 3 }] });
    expect(result).toHaveProperty("text", expect.stringContaining("\n\n[slide 2]"));
  });

  it.for([
    { pages: "2-3", numbers: [2, 3] },
    { pages: "3, 1", numbers: [1, 3] },
    { pages: [2], numbers: [2] },
    { pages: "2-99", numbers: [2, 3] },
  ])("can be chosen: $pages", async ({ pages, numbers }, { expect }) => {
    const result = await resultOf(reading("f1", { pages }), {}, await slides());
    expect(result).toMatchObject({ pages: numbers.map((number) => ({ number })) });
    expect(result).toHaveProperty("text", expect.stringMatching(`^\\[slide ${numbers[0]}\\]`));
    expect(result).not.toHaveProperty("truncated");
  });

  it("end where the characters end", async ({ expect }) => {
    const result = await resultOf(reading("f1", { max_chars: 3 }), {}, await slides());
    expect(result).toMatchObject({ pages: [{ number: 1 }], truncated: true });
    expect(result).toHaveProperty("pages.length", 1);
  });

  it("fail where the file has none, or none of these", async ({ expect }) => {
    const world = addFile(await slides(), "plain", "no pages");
    const beyond = await run(reading("f1", { pages: "7" }), {}, world);
    expect(beyond.error).toEqual({ code: "page_not_found", message: "DOC: f1 has 3 pages." });
    const none = await run(reading("plain", { pages: "1" }), {}, forNextRun(world));
    expect(none.error?.code).toBe("file_has_no_pages");
  });
});

describe("data", () => {
  it("gives the rows of a file, as many as its config says", async ({ expect }) => {
    const world = addFile(testWorld(), "f1", "name,age\nAda,36\nBob,40\n", "people.csv");
    const ada = { name: "Ada", age: "36" };
    expect(await resultOf(rowsOf(), {}, world)).toEqual([ada, { name: "Bob", age: "40" }]);
    expect(await resultOf(rowsOf({ limit: 1 }), {}, forNextRun(world))).toEqual([ada]);
  });

  it("reads the encoding that the upload has named", async ({ expect }) => {
    const bytes = new Uint8Array([0x61, 0x0a, 0x88, 0xc0, 0x0a]);
    const world = addFile(testWorld(), "f1", bytes, "a.csv", "text/csv; charset=big5");
    const [row] = JSON.parse(JSON.stringify(await resultOf(rowsOf(), {}, world)));
    expect(row.a).toBe(new TextDecoder("big5").decode(bytes.slice(2, 4)));
  });

  it.for([
    ["a.json", '[{"a":DEEP}]'],
    ["a.json", '{"a":DEEP}'],
    ["a.jsonl", '{"a":1}\n{"a":DEEP}\n'],
  ] as const)(
    "fails in %s that nests deeper than any store reads",
    async ([name, text], { expect }) => {
      for (const [depth, code, limit] of [
        [1200, "file_unsupported", "nests deeper than 1000"],
        [300, "output_too_deep", "nests deeper than 256"],
      ] as const) {
        const deep = `${"[".repeat(depth)}${"]".repeat(depth)}`;
        const world = addFile(testWorld(), "f1", text.replace("DEEP", deep), name);
        const { error } = await run(rowsOf(), {}, forNextRun(world));
        expect(error).toMatchObject({ code, message: expect.stringContaining(limit) });
      }
    },
  );

  it("fails where there is no such file, or no rows in it", async ({ expect }) => {
    expect((await run(rowsOf())).error?.code).toBe("file_not_found");
    const world = addFile(testWorld(), "f1", await fixtureBytes("libreoffice/talk.pptx"));
    expect((await run(rowsOf(), {}, world)).error?.code).toBe("file_unsupported");
  });
});
