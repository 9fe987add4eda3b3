import { UserError } from "./settings.ts";

/** What is wrong with a command line, and behind it how the command is used. */
export function usageError(usage: string, why: unknown): UserError {
  if (why instanceof UserError) {
    return why;
  }
  const [line = ""] = String(why instanceof Error ? why.message : why).split("\n");
  return new UserError(`${line}\n\n${usage}`, { cause: why });
}
