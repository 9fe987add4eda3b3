/** `npm run build:quickjs`: writes the sandbox's engine from the locked package; the result is committed. */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { meter } from "./quickjs/meter.ts";

const SOURCE = import.meta.resolve("@jitl/quickjs-wasmfile-release-sync/wasm");
const TARGET = import.meta.resolve("../src/sandbox/quickjs.wasm");

await writeFile(fileURLToPath(TARGET), meter(await readFile(fileURLToPath(SOURCE))));
