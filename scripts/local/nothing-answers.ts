import { UserError } from "./settings.ts";

/** What a command says where nobody is at the address that it was given. */
export function nothingAnswers(server: string, cause: unknown): UserError {
  return new UserError(
    `Nothing answers at ${server}. Start it first (npm run dev), or give another address.`,
    { cause },
  );
}
