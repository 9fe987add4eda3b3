/** Debian's Chromium, which tests of pages drive where it is installed. */
import { existsSync } from "node:fs";
import process from "node:process";

import { type Browser, chromium } from "playwright-core";

export const CHROMIUM = [process.env["CHROMIUM_PATH"] ?? "", "/usr/bin/chromium"].find(
  (file) => file !== "" && existsSync(file),
);

/** A name under it leads here, and is no origin that browsers trust, as a machine's address in its network. */
export const UNTRUSTED_DOMAIN = "test";

/** Without them a browser on a closed network tries its maker's hosts, again and again. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--host-resolver-rules=MAP *.${UNTRUSTED_DOMAIN} 127.0.0.1`,
];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM ?? "", args: QUIET });
}
