/** OpenAI's SDK for Python as Debian packages it, where `install.sh` has laid it out, and its programs. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { promisify } from "node:util";

import * as z from "zod";

import { DEMO } from "../../../scripts/local/demo-project.ts";
import { root } from "../../../scripts/local/settings.ts";
import { openProxy } from "../../support/meddling-proxy.ts";
import type { Recording } from "../recordings.ts";

const HERE = import.meta.dirname;
const PROGRAMS = path.join(HERE, "programs.py");
const PDF = path.join(root, "test/fixtures/documents/pdf/reportlab-columns.pdf");

/** Where `.ci/run` lays them out, by the suite of Debian that has them: the first major, and the third. */
const FOLDER = path.join(root, "node_modules/.cache/python-sdk");
export const PYTHON_SUITES = ["trixie", "sid"] as const;

export function isLaidOut(suite: string): boolean {
  return existsSync(path.join(FOLDER, suite, "tree/ready"));
}

const Ran = z.object({ version: z.string(), name: z.string(), fault: z.string().nullable() });
export type Ran = z.output<typeof Ran>;

/** The names of all programs. */
export function pythonPrograms(): string[] {
  const [, list = ""] = /^PROGRAMS = \[\n([^\]]*)\]/m.exec(readFileSync(PROGRAMS, "utf8")) ?? [];
  return [...list.matchAll(/\w+/g)].map(([name]) => name.replaceAll("_", " "));
}

/** Runs all programs in one process. Of the proxy that they are given two answers are lost in every call. */
export async function runPythonPrograms(
  suite: string,
  url: string,
  recordings: readonly Recording[],
): Promise<Ran[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "bobbin-python-"));
  const recorded = path.join(folder, "recordings.json");
  await writeFile(recorded, JSON.stringify(recordings));
  const proxy = await openProxy(url);
  proxy.decide = (asked, headers) =>
    asked.startsWith("POST ") && Number(headers?.["x-stainless-retry-count"]) < LOST_ANSWERS
      ? "drop"
      : null;
  try {
    const [base, lossy] = [url, proxy.url].map((of) => `${of}/openai/v1`);
    const given = [PROGRAMS, base ?? "", DEMO.key, lossy ?? "", recorded, PDF];
    return await runPython(path.join(FOLDER, suite, "tree"), given);
  } finally {
    await proxy.close();
    await rm(folder, { recursive: true });
  }
}

/** The third try is the last that the SDK makes. */
const LOST_ANSWERS = 2;

/** With the suite's own loader and libraries: the machine's Python has no part in it. */
async function runPython(of: string, given: readonly string[]): Promise<Ran[]> {
  const names = await readdir(path.join(of, "usr/bin"));
  const python = names.find((name) => /^python3\.\d+$/.test(name)) ?? "python3";
  const libraries = (await readdir(path.join(of, "usr/lib")))
    .filter((name) => name.endsWith("-linux-gnu"))
    .map((name) => path.join(of, "usr/lib", name));
  const loader = (await readdir(path.join(of, "usr/lib64"))).find((name) => name.startsWith("ld-"));
  const { stdout } = await promisify(execFile)(
    path.join(of, "usr/lib64", loader ?? "ld.so"),
    [
      "--library-path",
      libraries.join(":"),
      path.join(of, "usr/bin", python),
      "-W",
      "ignore",
      ...given,
    ],
    {
      env: {
        ...process.env,
        // Of the machine's own it may name what the suite has elsewhere.
        SSL_CERT_FILE: undefined,
        PYTHONHOME: path.join(of, "usr"),
        PYTHONDONTWRITEBYTECODE: "1",
      },
    },
  );
  return stdout
    .trim()
    .split("\n")
    .map((line) => Ran.parse(JSON.parse(line)));
}
