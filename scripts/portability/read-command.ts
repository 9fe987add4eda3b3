/** The command line of `npm run backup` and `npm run restore`: one file, and what is asked of it. */
import { parseArgs } from "node:util";

import { UserError } from "../local/settings.ts";

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
  } catch (error) {
    throw new UserError(usage, { cause: error });
  }
  throw new UserError(usage);
}
