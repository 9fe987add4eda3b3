import { readFileSync } from "node:fs";

import { filesBelow } from "../local/keep-folder.ts";

const SOURCE = /(?<!\.gen)\.tsx?$/;
const CALL = /"((?:GET|POST|PUT|PATCH|DELETE) \/[^"]+)"/g;

/** The calls that the studio's sources name, as `GET /api/sdk/threads`. */
export function usedCalls(): Set<string> {
  const sources = filesBelow("studio").filter((file) => SOURCE.test(file));
  return new Set(
    sources.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(CALL)].map(([, name = ""]) => name),
    ),
  );
}

/** The calls that the client package types: those of keys and session tokens. */
export const packageCalls = { has: (name: string): boolean => name.includes(" /api/sdk/") };
