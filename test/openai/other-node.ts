/** Another Node than the one that runs the tests, where the machine has one: what SDKs of older majors run on. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { promisify } from "node:util";

const PROGRAM = path.join(import.meta.dirname, "on-other-node.mjs");
/** Of what `openai` 4 to 6 say they need. */
const OLDEST = 20;

export interface OtherNode {
  path: string;
  /** E.g. `v20.20.2`. */
  version: string;
}

/** Those of the PATH with another major than this process, from 20 on. */
export function otherNodes(): OtherNode[] {
  const places = (process.env["PATH"] ?? "").split(path.delimiter);
  const found = [...new Set(places)]
    .map((place) => path.join(place, "node"))
    .filter((file) => existsSync(file))
    .map((file) => ({ path: file, version: versionOf(file) }));
  return found.filter(
    ({ version }) => majorOf(version) >= OLDEST && majorOf(version) !== majorOf(process.version),
  );
}

function versionOf(file: string): string {
  return execFileSync(file, ["--version"], { encoding: "utf8" }).trim();
}

function majorOf(version: string): number {
  return Number(/^v(\d+)/.exec(version)?.[1] ?? 0);
}

/** What the program has found. */
export async function runOn(file: string, given: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(file, [PROGRAM, ...given]);
  return JSON.parse(stdout);
}
