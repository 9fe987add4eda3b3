/** README cannot lie: its tour is run as written, the table of limits is compared with the code. */
import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { EXPORT } from "../../src/limits/index.ts";
import * as limits from "../../src/limits/index.ts";
import { startServer, temporaryStateDir } from "../support/local-server.ts";
import type { LocalServer } from "../support/local-server.ts";
import { readSection, shellBlocks, withoutIdsAndTimes } from "../support/readme.ts";
import type { ShellBlock } from "../support/readme.ts";

const ADDRESS = "http://127.0.0.1:8787";
const MIB = 2 ** 20;
const SEPARATOR = "----- next block -----";
describe.skipIf(!hasCurl())("the tour", () => {
  let state: Awaited<ReturnType<typeof temporaryStateDir>>;
  let server: LocalServer;
  let blocks: ShellBlock[];
  let printed: string[];
  beforeAll(async () => {
    state = await temporaryStateDir();
    server = await startServer({ script: "start", stateDir: state.dir });
    blocks = shellBlocks(await readSection("The main job, with curl"));
    printed = await runInOneShell(blocks, server.url, state.dir);
  });
  afterAll(async () => {
    await server.stop();
    await state.remove();
  });

  it("prints what README shows beneath each of its commands", () => {
    const shown = blocks.map(({ shownOutput }) => withoutIdsAndTimes(shownOutput ?? ""));

    expect(shown.filter((text) => text !== "").length).toBeGreaterThan(5);
    expect(printed.map((text) => withoutIdsAndTimes(text))).toEqual(shown);
  });
});

describe("the table of limits", () => {
  it("says what src/limits says", async () => {
    const rows = [
      ...(await readSection("Limits", "docs/limits.md")).matchAll(
        /^\| .+ \| (.+) \| `(\w+)\.(\w+)` \|$/gm,
      ),
    ];

    expect(rows.length).toBeGreaterThan(15);
    for (const [row, value, group = "", name = ""] of rows) {
      expect({ row, value }).toEqual({ row, value: inWords(name, limitOf(group, name)) });
    }
  });
});

it("says in words what an isolate holds at a time", async () => {
  const text = await readSection("Limits", "docs/limits.md");
  const { slots } = limits.STREAM;
  const { slots: exportSlots } = EXPORT;
  const { total, perProject, perEndUser } = limits.REQUEST.bodiesInFlight;
  expect(text).toContain(
    `${slots.total} streams open at a time, ${slots.perProject} of them of one project and ${slots.perEndUser} of one end user, and ${exportSlots.total} exports, ${exportSlots.perProject} of one project`,
  );
  expect(text).toContain(
    `${total / MIB} MiB of its memory, ${perProject / MIB} of one project and ${perEndUser / MIB} of one end user`,
  );
});

function limitOf(group: string, name: string): number {
  const constants = new Map<string, unknown>(Object.entries(limits)).get(group) ?? {};
  const value: unknown = Object.entries(constants).find(([key]) => key === name)?.[1];
  if (typeof value !== "number") {
    throw new Error(`src/limits has no number ${group}.${name}.`);
  }
  return value;
}

/** A limit as people say it; its unit is the end of its name. */
function inWords(name: string, value: number): string {
  const units: [RegExp, [number, string][]][] = [
    [
      /Bytes$/,
      [
        [2 ** 20, "MiB"],
        [2 ** 10, "KiB"],
        [1, "bytes"],
      ],
    ],
    [
      /Ms$/,
      [
        [3_600_000, "h"],
        [60_000, "min"],
        [1000, "s"],
        [1, "ms"],
      ],
    ],
  ];
  const steps = units.find(([suffix]) => suffix.test(name))?.[1] ?? [[1, ""]];
  const [size, unit] = steps.find(([step]) => value % step === 0) ?? [1, ""];
  return `${(value / size).toLocaleString("en").replaceAll(",", " ")} ${unit}`.trim();
}

/** Pastes the blocks into one shell, so that variables live on; what each of them printed. */
async function runInOneShell(blocks: ShellBlock[], url: string, cwd: string): Promise<string[]> {
  const script = blocks
    .map((block) => block.script.replaceAll(ADDRESS, url))
    .join(`\nprintf '\\n${SEPARATOR}\\n'\n`);
  const { stdout } = await promisify(execFile)("sh", ["-c", script], { cwd });
  return stdout.split(SEPARATOR);
}

/** A machine with Node and npm alone can run everything but the tour. */
function hasCurl(): boolean {
  try {
    execFileSync("curl", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
