/**
 * `npm run import -- openai DIR`: puts what was exported of OpenAI's Assistants into a project. Ids and
 * times are kept. What is there already stays, so that an import that was cut off is called once more.
 */
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { convert } from "./import/convert.ts";
import { readFolder } from "./import/read-folder.ts";
import { writeReport } from "./import/report.ts";
import { runCommand } from "./local/command.ts";
import { UserError } from "./local/settings.ts";
import { usageError } from "./local/usage-error.ts";
import { openDeployment } from "./portability/deployment.ts";
import { sendRecords } from "./portability/send-records.ts";

const USAGE = `npm run import -- openai DIR [--url ADDRESS] [--project ID] [--provider ID] [--dry-run]

  DIR              JSON and JSONL of assistants, threads, messages and files, and files' bytes
  --url <address>  a deployment; without it the local server
  --project <id>   with ADMIN_KEY: the project that it goes into
  --provider <id>  whose models the assistants' are: openai (default), openai-compatible,
                   anthropic, workers-ai, offline
  --dry-run        only says what would be taken, and what not

  BOBBIN_KEY in the environment is a key with the scope admin of the project.`;

const PROVIDERS = ["openai", "openai-compatible", "anthropic", "workers-ai", "offline"];

await runCommand(async () => {
  const { folder, url, project, provider, isDry } = readArguments();
  const found = await readFolder(folder);
  const { lines, taken } = await convert(found, provider);
  console.log(writeReport(taken, found.left));
  if (Object.values(taken).every((count) => count === 0)) {
    throw new UserError(
      `There is nothing to import in ${folder}: name the folder with the JSON of what OpenAI's API has given, as docs/migrating.md says.`,
    );
  }
  if (isDry) {
    return;
  }
  const deployment = openDeployment(url);
  const door = deployment.door(project);
  const temporary = await mkdtemp(path.join(tmpdir(), "bobbin-import-"));
  try {
    const file = path.join(temporary, "records.ndjson");
    await writeFile(file, lines);
    const { size: end } = await stat(file);
    await sendRecords({ deployment, door, file, reached: async () => undefined }, { end }, 0);
  } finally {
    await rm(temporary, { recursive: true });
  }
  console.log("Imported. What was there already has not been changed.");
});

function readArguments() {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: {
        url: { type: "string" },
        project: { type: "string" },
        provider: { type: "string", default: "openai" },
        "dry-run": { type: "boolean", default: false },
      },
    });
    const [service, folder, ...others] = positionals;
    const { url, project = null, provider, "dry-run": isDry } = values;
    if (service !== "openai" || folder === undefined || others.length > 0) {
      throw new Error("Say what is imported, and from which folder: openai DIR.");
    }
    if (!PROVIDERS.includes(provider)) {
      throw new Error(`--provider is "${provider}"; it must be one of ${PROVIDERS.join(", ")}.`);
    }
    return { folder, url, project, provider, isDry };
  } catch (error) {
    throw usageError(USAGE, error);
  }
}
