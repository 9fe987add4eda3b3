/** docs/storage.md names each table of D1, and names it once. */
import { env } from "cloudflare:workers";
import { it } from "vitest";

import page from "../../docs/storage.md?raw";

const CREATED = /CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?(\w+)/g;

/** What stands in the first column of the tables of a chapter. */
function namedIn(chapter: string): string[] {
  const [, text = ""] = page.split(`\n## ${chapter}\n`);
  const [own = ""] = text.split("\n## ");
  return own
    .split("\n")
    .map((line) => line.split("|")[1] ?? "")
    .flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name))
    .toSorted();
}

it("names each table of D1 once", ({ expect }) => {
  const made = env.TEST_MIGRATIONS.flatMap(({ queries }) => queries).flatMap((sql) =>
    [...sql.matchAll(CREATED)].map(([, name = ""]) => name),
  );
  expect(made.length).toBeGreaterThan(30);
  expect(namedIn("D1")).toEqual(made.toSorted());
});
