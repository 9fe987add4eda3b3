/**
 * What is the same for every visitor, made beforehand: Cloudflare then serves it without the Worker.
 * Making the document would take more CPU than the Free plan gives a request.
 */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig } from "wrangler";

import { builtModules } from "../local/built-modules.ts";
import { configPath } from "../local/settings.ts";

/** Paths of the Worker and the files that are served in their place. */
const PAGES = { "/openapi.json": "openapi.json", "/docs": "docs.html" };

/** Of a reply's headers, those that are the asset's as well; Cloudflare adds its own, with an ETag for caches. */
const KEPT_HEADERS = [
  "access-control-allow-origin",
  "content-security-policy",
  "referrer-policy",
  "x-content-type-options",
];

/**
 * @param built The folders of the Worker's build, and of the pages that it hands out.
 * @param folder Where the files go; made anew.
 * @param address The deployment's, which the pages name.
 * @param vars The deployment's.
 */
export async function buildAssets(
  built: { bundle: string; pages: string },
  folder: string,
  address: string,
  vars: Record<string, string>,
): Promise<void> {
  mkdirSync(folder);
  cpSync(built.pages, folder, { recursive: true });
  const config = unstable_readConfig({ config: configPath });
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      ...builtModules(built.bundle),
      compatibilityDate: config.compatibility_date ?? "",
      compatibilityFlags: config.compatibility_flags,
      cf: false,
      bindings: vars,
    }),
  );
  const rules: string[] = [];
  try {
    for (const [page, file] of Object.entries(PAGES)) {
      const reply = await worker.dispatchFetch(`${address}${page}`);
      if (reply.status !== 200) {
        throw new Error(`${page} of the Worker that was built: ${reply.status}`);
      }
      writeFileSync(path.join(folder, file), await reply.text());
      rules.push(
        page,
        ...KEPT_HEADERS.flatMap((name) => headerRule(name, reply.headers.get(name))),
      );
    }
  } finally {
    await worker.dispose();
  }
  writeFileSync(path.join(folder, "_headers"), `${rules.join("\n")}\n`);
}

/** How Cloudflare serves them: the studio's by the Worker, which knows whether there is a studio. */
export function deployedAssets(directory: string) {
  return { directory, run_worker_first: ["/studio", "/studio/*"] };
}

function headerRule(name: string, value: string | null): string[] {
  return value === null ? [] : [`  ${name}: ${value}`];
}
