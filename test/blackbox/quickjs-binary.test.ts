/** The committed engine of the sandbox is a build product; here it is built again and compared. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { describe, it } from "vitest";

import { meter } from "../../scripts/quickjs/meter.ts";

const PACKAGED = import.meta.resolve("@jitl/quickjs-wasmfile-release-sync/wasm");
const COMMITTED = import.meta.resolve("../../src/sandbox/quickjs.wasm");

describe("the sandbox's engine", () => {
  it("is byte for byte what the script makes of the locked package", async ({ expect }) => {
    const made = meter(await readFile(fileURLToPath(PACKAGED)));
    const committed = await readFile(fileURLToPath(COMMITTED));
    expect(committed.equals(made), "run `npm run build:quickjs`").toBe(true);
  });
});
