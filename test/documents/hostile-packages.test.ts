/**
 * Packages that ask for more than their size lets expect: each ends in a text or a failure with a code,
 * and others have their turns meanwhile.
 */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { ActionFailure } from "../../src/domain/action-failure";
import { HOSTILE_PACKAGES } from "../support/hostile-packages";
import { xlsx } from "../support/small-packages";
import { watchTurns } from "../support/watch-turns";
import { sourceOf } from "./fixtures";

/** What is over so soon needs no pause, on a busy machine. */
const SOON_MS = 500;

describe("a package with many of one thing", { timeout: 120_000 }, () => {
  for (const { name, make, sizes } of HOSTILE_PACKAGES) {
    it(`is read or refused with pauses, ${name}`, async ({ expect }) => {
      for (const size of sizes) {
        const file = sourceOf(await make(size), "a");
        const { failure, longestMs, totalMs } = await watchTurns(() => extractText(file));
        expect(failure === null || failure instanceof ActionFailure).toBe(true);
        expect(longestMs).toBeLessThan(Math.max(SOON_MS, totalMs / 2));
      }
    });
  }
});

it("keeps what fits of a row that is longer than all text that is kept", async ({ expect }) => {
  const file = await xlsx(`<row>${'<c t="s"><v>0</v></c>'.repeat(100)}</row>`, {
    "xl/strings.xml": `<sst><si><t>${"words ".repeat(100)}</t></si></sst>`,
  });
  const { text, truncated } = await extractText(sourceOf(file, "a"), { maxChars: 1000 });
  expect(truncated).toBe(true);
  expect(text).toHaveLength(1000);
  expect(text).toMatch(/^\[sheet 1: S\]\nwords words .*words\twords /);
});
