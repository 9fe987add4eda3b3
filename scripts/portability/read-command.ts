/** The command line of `npm run backup` and `npm run restore`: one file, and what is asked of it. */
import { parseArgs } from "node:util";

import { usageError } from "../local/usage-error.ts";

/** @throws UserError The usage, where the command says something else. */
export function readCommand(usage: string): { file: string; project?: string; url?: string } {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { project: { type: "string" }, url: { type: "string" } },
    });
    const [file, ...others] = positionals;
    if (file !== undefined && others.length === 0) {
      return { file, ...values };
    }
    throw new Error(
      file === undefined ? "Name a FILE." : `Name one FILE, not ${others.length + 1}.`,
    );
  } catch (error) {
    throw usageError(usage, error);
  }
}
