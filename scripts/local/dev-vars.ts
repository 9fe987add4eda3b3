/** `.dev.vars`: settings of this machine, in a file. */
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

import { UserError } from "./user-error.ts";

/** A comment, an empty line, or a name with a value that may go over several lines in quotes. */
const WHOLE =
  /^[ \t]*(?:#[^\n]*|(?:export[ \t]+)?[\w.-]+[ \t]*=[ \t]*(?:"[^"]*"|'[^']*'|`[^`]*`|[^"'`\s][^\n]*)?[ \t]*(?:#[^\n]*)?)?$/gm;

/** Nothing where there is no such file. @throws UserError where it cannot be read, or a line of it says nothing. */
export function readDevVars(file: string): Record<string, string | undefined> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    if (code === "ENOENT") {
      return {};
    }
    throw new UserError(
      `.dev.vars cannot be read (${String(code)}): it is a file of lines NAME=value. Mend it, or remove it.`,
      { cause: error },
    );
  }
  const broken = brokenLine(text);
  if (broken !== null) {
    throw new UserError(
      `.dev.vars, line ${broken}, cannot be understood: a line is NAME=value, and a quote that is opened is closed. Mend it, or make it a comment (#).`,
    );
  }
  return parseEnv(text);
}

/** The number of the first line that is no setting; null where each is. */
function brokenLine(text: string): number | null {
  const left = text
    .replaceAll("\r\n", "\n")
    .replaceAll(WHOLE, (whole) => whole.replaceAll(/[^\n]/g, ""))
    .split("\n")
    .findIndex((line) => line.trim() !== "");
  return left === -1 ? null : left + 1;
}
