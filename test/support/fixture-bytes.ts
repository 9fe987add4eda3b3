import { readFile } from "node:fs/promises";

import type { Plugin } from "vitest/config";

const QUERY = "?bytes";

/** `import bytes from "./x.docx?bytes"`: a file's bytes inside workerd, which has no file system. */
export function fixtureBytes(): Plugin {
  return {
    name: "fixture-bytes",
    enforce: "pre",
    async load(id) {
      if (!id.endsWith(QUERY)) {
        return null;
      }
      const bytes = await readFile(id.slice(0, -QUERY.length));
      return `export default Uint8Array.from(atob("${bytes.toString("base64")}"), (c) => c.charCodeAt(0));`;
    },
  };
}
