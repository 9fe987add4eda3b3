import { UserError } from "./settings.ts";

/** What `--url` says, without a slash at its end. @throws UserError where it is no address of a server. */
export function readAddress(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : "";
  if (protocol !== "https:" && protocol !== "http:") {
    throw new UserError(`--url is "${text}"; it must be an address, like https://chat.example.com`);
  }
  return text.replace(/\/+$/, "");
}
