/**
 * `npm run studio:types`: what the studio and the client package know of the API, written out of its
 * OpenAPI document. With `--check` it writes nothing and fails where a file is another.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";

import { runCommand } from "./local/command.ts";
import { readDocument } from "./local/read-document.ts";
import { quietPlatform, root, UserError } from "./local/settings.ts";
import { writeApiTypes } from "./studio/api-types.ts";
import { packageCalls, usedCalls } from "./studio/used-calls.ts";

await runCommand(async () => {
  quietPlatform();
  const document = await readDocument();
  const files = { "studio/api/calls.gen.ts": usedCalls(), "client/calls.gen.ts": packageCalls };
  for (const [name, calls] of Object.entries(files)) {
    const file = path.join(root, name);
    const types = writeApiTypes(document, calls);
    if (!process.argv.includes("--check")) {
      writeFileSync(file, types);
    } else if (readFileSync(file, "utf8") !== types) {
      throw new UserError(`${name} is not of the API as it is: run \`npm run studio:types\`.`);
    }
  }
});
