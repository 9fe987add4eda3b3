/**
 * No chapter of docs/guide can lie: each is pasted into a shell as it stands, against one server, and
 * prints what it shows. `WRITE_GUIDE=1` writes what is shown anew.
 */
import { execFileSync } from "node:child_process";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import process from "node:process";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { writeStreamTables } from "../../scripts/guide/stream-tables.ts";
import { root } from "../../scripts/local/settings.ts";
import {
  comparable,
  pasteChapter,
  programsOf,
  readChapter,
  writeOutputs,
} from "../support/guide-chapters.ts";
import { freePort, startServer, temporaryStateDir } from "../support/local-server.ts";
import type { LocalServer } from "../support/local-server.ts";

/** Those that a test of their own holds to the product. */
const ELSEWHERE = new Set(["README.md", "streams.md", "templates.md"]);
const CHAPTERS = (await readdir(path.join(root, "docs/guide"))).filter(
  (name) => name.endsWith(".md") && !ELSEWHERE.has(name),
);
/** What a reader's machine must have beside Node. */
const NEEDED = ["curl", "python3", "openssl"];

let state: Awaited<ReturnType<typeof temporaryStateDir>>;
let server: LocalServer;
beforeAll(async () => {
  state = await temporaryStateDir();
  const env = { ADMIN_KEY: "an-admin-key-of-my-own", ALLOW_LOOPBACK: "true" };
  server = await startServer({ script: "start", stateDir: path.join(state.dir, "data"), env });
});
afterAll(async () => {
  await server.stop();
  await state.remove();
});

describe.skipIf(!NEEDED.every(isInstalled))("the chapters", () => {
  it.each(CHAPTERS)("%s prints what it shows", async (name) => {
    const port = String(await freePort());
    const pasted = await pasteChapter(name, {
      folder: state.dir,
      addresses: {
        "http://127.0.0.1:8787": server.url,
        "http://127.0.0.1:3000": `http://127.0.0.1:${port}`,
      },
      env: { ...process.env, PORT: port },
    });
    if (process.env["WRITE_GUIDE"] === "1") {
      await writeOutputs(name, pasted);
    }

    for (const { script, printed, shown } of pasted) {
      expect({ script, prints: comparable(printed) }).toEqual({
        script,
        prints: comparable(shown),
      });
    }
  });
});

it.each(CHAPTERS)("%s runs each of its programs", async (name) => {
  const chapter = await readChapter(name);
  for (const { name: file, content } of programsOf(chapter)) {
    expect({ content, file }).toEqual({ content, file: expect.any(String) });
    expect(chapter).toMatch(
      new RegExp(`\\b(?:node|python3|sh) ${file ?? ""}\\b|from "\\./${file ?? ""}"`),
    );
  }
});

it("has the tables of events that the API's document makes", async () => {
  const document: unknown = await (await fetch(`${server.url}/openapi.json`)).json();
  const chapter = await readChapter("streams.md");
  expect(writeStreamTables(chapter, document), "npm run guide:streams").toBe(chapter);
});

it("lists every chapter", async () => {
  const listed = [...(await readChapter("README.md")).matchAll(/\]\((\w+\.md)\)/g)].map(
    ([, name]) => name,
  );
  const there = await readdir(path.join(root, "docs/guide"));
  expect(new Set(listed)).toEqual(new Set(there.filter((name) => name !== "README.md")));
});

it("links only to pages and headings that there are", async () => {
  const lost: string[] = [];
  for (const name of await readdir(path.join(root, "docs/guide"))) {
    const chapter = await readChapter(name);
    for (const [, link = "", heading = ""] of chapter.matchAll(
      /\]\((?!https?:)([^)#]*)(#[^)]+)?\)/g,
    )) {
      const file = path.resolve(root, "docs/guide", link === "" ? name : link);
      const text = await readFile(file, "utf8").catch(() => null);
      const isFolder = text === null && (await readdir(file).catch(() => null)) !== null;
      if (!isFolder && !(text !== null && (heading === "" || anchorsOf(text).has(heading)))) {
        lost.push(`${name}: ${link}${heading}`);
      }
    }
  }
  expect(lost).toEqual([]);
});

/** As the pages of repositories make them. */
function anchorsOf(text: string): Set<string> {
  return new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(
      ([, heading = ""]) =>
        `#${heading
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
          .replaceAll(/\s/g, "-")}`,
    ),
  );
}

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, [program === "openssl" ? "version" : "--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
