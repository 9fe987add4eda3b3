import path from "node:path";

import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_readConfig } from "wrangler";

import { builtModules } from "../local/built-modules.ts";
import { keptBundle } from "../local/keep-bundle.ts";
import { prepareDatabase } from "../local/prepare-database.ts";
import { readSettings } from "../local/settings.ts";

/**
 * The local Worker with its database and nothing else: no port, and no objects, whose alarms would
 * fire here as well as in a server that is running on the same data.
 */
export async function openLocalWorker(adminKey: string): Promise<Miniflare> {
  const settings = readSettings();
  await prepareDatabase(settings);
  const config = unstable_readConfig({ config: settings.config });
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...builtModules(keptBundle(settings.config)),
      compatibilityDate: config.compatibility_date ?? "",
      compatibilityFlags: config.compatibility_flags,
      cf: false,
      // Nothing but the key goes to the standard output.
      bindings: { CORS_ORIGINS: "", ADMIN_KEY: adminKey, LOG_SAMPLE: "off" },
      d1Databases: { DB: config.d1_databases[0]?.database_id ?? "" },
      resourcePersistencePath: path.join(settings.stateDir, "v3"),
    }),
  );
  await miniflare.ready;
  return miniflare;
}
