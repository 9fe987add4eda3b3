/**
 * PDFs that ask for more than their size lets expect: each ends in a text or a failure with a code, and
 * others have their turns meanwhile, as far as pdf.js can be interrupted.
 */
import { describe, it } from "vitest";

import { extractText } from "../../src/documents";
import { ActionFailure } from "../../src/domain/action-failure";
import { HOSTILE_PDFS } from "../support/hostile-pdfs";
import { watchTurns } from "../support/watch-turns";
import { sourceOf } from "./fixtures";

describe("a PDF with many of one thing", { timeout: 120_000 }, () => {
  for (const { name, make, sizes } of HOSTILE_PDFS) {
    it(`is read or refused, ${name}`, async ({ expect }) => {
      for (const size of sizes) {
        const file = sourceOf(await make(size), "a");
        const { failure } = await watchTurns(() => extractText(file));
        expect(failure === null || failure instanceof ActionFailure).toBe(true);
      }
    });
  }
});
