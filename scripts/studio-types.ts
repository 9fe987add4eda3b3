/**
 * `npm run studio:types`: what the studio knows of the API, written out of its OpenAPI document. With
 * `--check` it writes nothing and fails where the file is another.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";

import { runCommand } from "./local/command.ts";
import { readDocument } from "./local/read-document.ts";
import { quietPlatform, root, UserError } from "./local/settings.ts";
import { writeApiTypes } from "./studio/api-types.ts";
import { usedCalls } from "./studio/used-calls.ts";

const FILE = path.join(root, "studio/api/calls.gen.ts");

await runCommand(async () => {
  quietPlatform();
  const types = writeApiTypes(await readDocument(), usedCalls());
  if (!process.argv.includes("--check")) {
    writeFileSync(FILE, types);
  } else if (readFileSync(FILE, "utf8") !== types) {
    throw new UserError("The studio's types are not those of the API: run `npm run studio:types`.");
  }
});
