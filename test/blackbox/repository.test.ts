/** What the repository promises about itself and no other test would notice. */
import { access, readFile, readdir } from "node:fs/promises";
import path from "node:path";

import { expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";

import manifest from "../../package.json" with { type: "json" };
import { configPath, root } from "../../scripts/local/settings.ts";

/** From this date on a fetch that takes long keeps a Durable Object from being put to sleep. */
const LONG_FETCHES_KEEP_ALIVE = "2026-10-01";

it("pins a compatibility date under which a run's model call keeps its object alive", () => {
  const date = unstable_readConfig({ config: configPath }).compatibility_date ?? "";
  expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  expect(date >= LONG_FETCHES_KEEP_ALIVE).toBe(true);
});

it("has CI run npm run check, and nothing besides the install", async () => {
  const workflow = await readFile(path.join(root, ".github/workflows/ci.yml"), "utf8");
  const runs = [...workflow.matchAll(/run: (.*)/g)].map(([, command]) => command);
  expect(runs).toEqual(["npm ci", "npm run check"]);
});

it("names in the threat model only files and tests that there are", async () => {
  const text = await readFile(path.join(root, "docs/threat-model-tokens.md"), "utf8");
  const names = new Set(
    [...text.matchAll(/`((?:src|test)\/[^`]*)`/g)].map(([, name = ""]) => name),
  );
  expect(names.size).toBeGreaterThan(30);
  for (const name of names) {
    await expect(readFile(path.join(root, name)).catch(isFolder)).resolves.toBeDefined();
  }
});

it("names in its pages and comments only files that there are", async () => {
  const texts = await filesBelow(["docs", "src", "test", "scripts", "bench", "studio", "client"]);
  const lost: string[] = [];
  for (const file of [...texts, "README.md", "CONTRIBUTING.md", "SECURITY.md"]) {
    const text = await readFile(path.join(root, file), "utf8");
    for (const [, name = ""] of text.matchAll(/`([a-z][\w-]*(?:\/[\w.-]+)+\.tsx?)`/g)) {
      const places = [".", "src", "test", path.dirname(file)];
      const there = await Promise.all(places.map((place) => isThere(path.join(place, name))));
      if (!there.includes(true)) {
        lost.push(`${file}: ${name}`);
      }
    }
  }
  expect(lost).toEqual([]);
});

const PAGES = await readdir(path.join(root, "docs"));

it.each([
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "examples/README.md",
  ...PAGES.filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
])("names in %s only commands and files that there are", async (name) => {
  const text = await readFile(path.join(root, name), "utf8");
  for (const [, script = ""] of text.matchAll(/npm run ([\w:]+)/g)) {
    expect(Object.keys(manifest.scripts)).toContain(script);
  }
  const folder = path.dirname(path.join(root, name));
  for (const [, link = ""] of text.matchAll(/\]\(((?!https?:|#)[^)#]+)/g)) {
    await expect(readFile(path.resolve(folder, link)).catch(isFolder)).resolves.toBeDefined();
  }
});

function isFolder(error: unknown): boolean {
  if (error instanceof Error && "code" in error && error.code === "EISDIR") {
    return true;
  }
  throw error;
}

async function filesBelow(folders: readonly string[]): Promise<string[]> {
  const listed = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(path.join(root, folder), { recursive: true });
      return entries.map((entry) => path.join(folder, entry));
    }),
  );
  return listed
    .flat()
    .filter((name) => /\.(?:tsx?|md)$/.test(name) && !/node_modules|dist/.test(name));
}

async function isThere(name: string): Promise<boolean> {
  return access(path.join(root, name)).then(
    () => true,
    () => false,
  );
}
