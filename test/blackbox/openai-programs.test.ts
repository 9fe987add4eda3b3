/**
 * Programs of OpenAI's SDKs as their guides print them, with the base address and the key changed and
 * nothing else: four majors against one built Worker, and a model on loopback.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";

import { afterAll, beforeAll, describe, it } from "vitest";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { root } from "../../scripts/local/settings.ts";
import { Bench } from "../openai/bench.ts";
import { MethodTable, rowsIn } from "../openai/method-table.ts";
import { otherNodes, runOn } from "../openai/other-node.ts";
import { programsOfCode } from "../openai/programs-of-code.ts";
import { programsOfErrors } from "../openai/programs-of-errors.ts";
import { programsOfFaults } from "../openai/programs-of-faults.ts";
import { programsOfFiles } from "../openai/programs-of-files.ts";
import { programsOfLostAnswers } from "../openai/programs-of-lost-answers.ts";
import { programsOfObjects } from "../openai/programs-of-objects.ts";
import { ADMIN_KEY, programsOfRefusals } from "../openai/programs-of-refusals.ts";
import { programsOfRuns } from "../openai/programs-of-runs.ts";
import { programsOfStreams, rulesOfPython } from "../openai/programs-of-streams.ts";
import { programsOfTheRest } from "../openai/programs-of-the-rest.ts";
import {
  PYTHON_SUITES,
  type Ran,
  isLaidOut,
  pythonPrograms,
  runPythonPrograms,
} from "../openai/python/python-sdks.ts";
import { type Recording, recordStreams } from "../openai/recordings.ts";
import { SDKS } from "../openai/sdks.ts";
import { HELLO, answerByQuestion } from "../openai/weather-model.ts";
import { type ServerWithModel, startServerWithModel } from "../support/server-with-model.ts";

let server: ServerWithModel;
const methods = new MethodTable();
let recordings: Promise<Recording[]> | undefined;
let pythonRuns: Promise<Map<string, Ran[]>> | undefined;
const PAGE = path.join(root, "docs/migrating.md");
/** Set, the run writes the page's table anew. */
const { WRITE_METHODS } = process.env;

beforeAll(async () => {
  server = await startServerWithModel({
    ADMIN_KEY,
    CODE_INTERPRETER: "javascript",
    MODEL_ALIASES: JSON.stringify({ "gpt-4o": "openai-compatible/test-model" }),
  });
  server.model.otherwise = answerByQuestion;
});
afterAll(() => server.stop());

describe.each(SDKS)("openai $major", (sdk) => {
  let bench: Bench;
  const open = () => bench;
  // What the Worker tells does not depend on who reads it: recorded once, for all majors.
  const recorded = () => (recordings ??= recordStreams(bench));

  beforeAll(async () => {
    bench = new Bench(sdk, server.bobbin.url, methods);
    await bench.open();
  });

  programsOfRuns(sdk, open);
  programsOfObjects(sdk, open);
  programsOfFiles(sdk, open);
  programsOfCode(sdk, open);
  programsOfTheRest(sdk, open);
  programsOfFaults(sdk, open);
  programsOfLostAnswers(sdk, open);
  programsOfErrors(sdk, open);
  programsOfRefusals(sdk, open);
  programsOfStreams(sdk, recorded);
});

async function recordedOnce(): Promise<Recording[]> {
  const [sdk] = SDKS;
  if (sdk !== undefined && recordings === undefined) {
    const bench = new Bench(sdk, server.bobbin.url);
    await bench.open();
    recordings = recordStreams(bench);
  }
  return recordings ?? [];
}

/** By suite; all at once, since mostly they wait for what comes again. */
function runPythonOnce(): Promise<Map<string, Ran[]>> {
  pythonRuns ??= recordedOnce().then(async (streams) => {
    const suites = PYTHON_SUITES.filter(isLaidOut);
    const ran = suites.map((suite) => runPythonPrograms(suite, server.bobbin.url, streams));
    const results = await Promise.all(ran);
    return new Map(suites.map((suite, at) => [suite, results[at] ?? []]));
  });
  return pythonRuns;
}

// The seventh major says that it needs Node 22.
describe.each(SDKS.filter(({ major }) => major < 7))("openai $major, on another Node", (sdk) => {
  const [other] = otherNodes();
  it.skipIf(other === undefined)(`runs on ${other?.version}`, async ({ expect }) => {
    const bench = new Bench(sdk, server.bobbin.url);
    await bench.open();
    const given = [sdk.major, `${server.bobbin.url}/openai/v1`, DEMO.key, bench.assistantId];
    expect(await runOn(other?.path ?? "", given.map(String))).toEqual({
      streamed: HELLO.join(""),
      outputs: 2,
      status: "completed",
      listed: 5,
      uploaded: "completed",
      cited: ["decline.txt"],
      refused: [404, "NotFoundError"],
    });
  });
});

describe("openai for Python, by its rules", () => {
  rulesOfPython(recordedOnce);
});

describe.each(PYTHON_SUITES)("openai for Python, of Debian's %s", (suite) => {
  it.skipIf(!isLaidOut(suite)).for(pythonPrograms())("%s", async (name, { expect }) => {
    const ran = (await runPythonOnce()).get(suite) ?? [];
    expect(ran.find((one) => one.name === name)).toMatchObject({ name, fault: null });
  });
});

it("is told by docs/migrating.md: what that says to run has run here", async ({ expect }) => {
  const page = await readFile(PAGE, "utf8");
  if (WRITE_METHODS) {
    const table = /\| +\| 4\.104[\s\S]*?\n(?=\n|$)/;
    await writeFile(PAGE, page.replace(table, `${methods.toMarkdown()}\n`));
    return;
  }
  // Every method of every major, as it was called: neither more nor less.
  expect(rowsIn(page)).toEqual(rowsIn(methods.toMarkdown()));
  expect(methods.toMarkdown()).not.toContain("not tried");
});
