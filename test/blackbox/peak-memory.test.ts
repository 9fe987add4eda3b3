/**
 * The largest inputs in the real runtime: no isolate comes to what one may have, with the garbage that V8
 * leaves in a heap of that size. `npm run bench:peak` measures more of them, and the process.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { expect, it } from "vitest";

import {
  addTool,
  largestText,
  readFile,
  textPdf,
  upload,
} from "../../bench/documents/large-inputs.ts";
import { withServer } from "../../bench/served.ts";
import { FILE } from "../../src/limits";
import { IsolateMemory, tracingFlags } from "../support/isolate-memory.ts";

/** MB. */
const ISOLATE = 128;
/** Beside the bytes that are not in it. */
const HEAP = 96;
const MIB = 2 ** 20;
/** Of bytes, in MB, for what else the isolate does meanwhile. */
const ELSE = 6;
/** Until the runtime's last lines have come through their pipe. */
const DRAIN_MS = 300;

it("stay below what an isolate has, and no byte of them is held twice", async () => {
  const memory = new IsolateMemory();
  const pdf = textPdf();
  await withServer(
    async (served) => {
      await addTool(served.db);
      memory.take();
      await upload(served, "a.txt", largestText());
      await sleep(DRAIN_MS);
      const uploading = memory.take();
      expect(uploading.sum).toBeLessThan(ISOLATE / 2);
      expect(uploading.bytes).toBeLessThan(FILE.uploadPartBytes / MIB + ELSE);

      const id = await upload(served, "a.pdf", new Blob([pdf]));
      const told = await readFile(served, id);
      await sleep(DRAIN_MS);
      const reading = memory.take();
      expect(told).toBe("200337 characters");
      expect(reading.bytes).toBeGreaterThan(pdf.length / MIB);
      expect(reading.bytes).toBeLessThan(pdf.length / MIB + ELSE);
      expect(reading.sum).toBeLessThan(ISOLATE);
    },
    { v8Flags: tracingFlags(HEAP), log: memory.add },
  );
});
