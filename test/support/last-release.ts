/** A Worker whose objects answer as those of the last release did: see `release-protocol.test.ts`. */
import { readFileSync } from "node:fs";
import path from "node:path";

const FOLDER = path.resolve(import.meta.dirname, "../fixtures/release-protocol");

/** For Miniflare, beside the Worker under test. */
export function lastRelease() {
  const modules = [
    { path: "object.js", contents: read("object.js") },
    { path: "calls.js", contents: `export const calls = ${read("calls.json")};` },
  ];
  return {
    name: "last-release",
    compatibilityDate: "2026-10-23",
    modules: modules.map((module) => ({ type: "ESModule" as const, ...module })),
    durableObjects: { THREAD: { className: "ThreadCoordinator", useSQLite: true } },
  };
}

function read(name: string): string {
  return readFileSync(path.join(FOLDER, name), "utf8");
}
