/**
 * `npm run structure`: the rooms of `src/` with their sizes, and what breaks the rules between them:
 * circles, arrows that run back, doors passed by, long files, crowded folders, retired names. With
 * `--write` it writes the lint rules that hold the same in an editor.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";

import { runCommand } from "./local/command.ts";
import { root, UserError } from "./local/settings.ts";
import { lintRules } from "./structure/lint-rules.ts";
import { faults, sizes } from "./structure/measure.ts";
import { readSource } from "./structure/read-source.ts";
import { ROOMS } from "./structure/rooms.ts";

const RULES_FILE = path.join(root, ".oxlint-rooms.json");

await runCommand(async () => {
  const rules = `${JSON.stringify(lintRules(), null, 2)}\n`;
  if (process.argv.includes("--write")) {
    writeFileSync(RULES_FILE, rules);
  }
  const files = readSource();
  for (const { room, files: count, lines } of sizes(files)) {
    console.log(`${room.padEnd(14)}${count} files, ${lines} lines: ${ROOMS[room]?.is}`);
  }
  const found = faults(files);
  if (readFileSync(RULES_FILE, "utf8") !== rules) {
    found.push(".oxlint-rooms.json is not what rooms.ts says: run `npm run structure -- --write`");
  }
  if (found.length > 0) {
    throw new UserError(`The house is not in order:\n- ${found.join("\n- ")}`);
  }
  console.log(`In order: ${files.length} files in ${Object.keys(ROOMS).length} rooms.`);
});
