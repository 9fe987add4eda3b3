/** `npm run guide:streams`: writes the tables of docs/guide/streams.md anew, out of the API's document. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { writeStreamTables } from "./guide/stream-tables.ts";
import { runCommand } from "./local/command.ts";
import { readDocument } from "./local/read-document.ts";
import { quietPlatform, root } from "./local/settings.ts";

await runCommand(async () => {
  quietPlatform();
  const file = path.join(root, "docs/guide/streams.md");
  writeFileSync(file, writeStreamTables(readFileSync(file, "utf8"), await readDocument()));
});
