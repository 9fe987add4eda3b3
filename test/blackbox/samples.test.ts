/**
 * Every sample that is published, run as it stands with the variables that its page names: curl in a
 * real shell, JavaScript by Node, Python where it is there. It does what it says and takes nothing away
 * that it does not name.
 */
import { execFile, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

import { apiClient } from "../support/api-client.ts";
import type { ApiClient } from "../support/api-client.ts";
import { startServer, temporaryStateDir } from "../support/local-server.ts";
import type { LocalServer } from "../support/local-server.ts";
import { readSection, shellBlocks } from "../support/readme.ts";
import { type Shell, dropBounded, makeSampleWorld, thingsOf } from "../support/sample-world.ts";

/** README's, of a local server. */
const ADDRESS = "http://127.0.0.1:8787";
const ADMIN_KEY = "an-admin-key-for-samples";
/** A stream that goes on is left after this. */
const STREAM_SECONDS = 3;
const LEFT_A_STREAM = 28;

/** Prints the status; `$REPLY_FILE` has the body, but for samples that name a file of their own. */
const CURL = `curl() {
  command curl -sS --max-time ${STREAM_SECONDS * 10} -w '%{http_code}' "$@" -o "$REPLY_FILE"
}`;

interface Sample {
  id: string;
  method: string;
  language: Language;
  script: string;
}

const Language = z.enum(["curl", "JavaScript", "Python"]);
type Language = z.output<typeof Language>;

const hasPython = spawnSync("python3", ["-c", "import requests"]).status === 0;

const Document = z.object({
  info: z.object({ description: z.string() }),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        operationId: z.string(),
        "x-codeSamples": z.array(z.object({ label: Language, source: z.string() })),
      }),
    ),
  ),
});

let state: Awaited<ReturnType<typeof temporaryStateDir>>;
let server: LocalServer;
let api: ApiClient;
let samples: Sample[];
let variables: Set<string>;

beforeAll(async () => {
  state = await temporaryStateDir();
  const env = { ADMIN_KEY, ALLOW_LOOPBACK: "true" };
  server = await startServer({ script: "start", stateDir: state.dir, env });
  api = apiClient(server.url);
  const published = Document.parse(await (await fetch(`${server.url}/openapi.json`)).json());
  samples = Object.values(published.paths)
    .flatMap((methods) => Object.entries(methods))
    .flatMap(([method, { operationId: id, "x-codeSamples": codes }]) =>
      codes.map(({ label: language, source: script }) => ({ id, method, language, script })),
    );
  const { description } = published.info;
  variables = new Set(
    [...description.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name = ""]) => name),
  );
});
afterAll(async () => {
  await server.stop();
  await state.remove();
});

async function paste(script: string, shell: Shell): Promise<{ status: string; code: number }> {
  const env = { ...process.env, ...shell, REPLY_FILE: path.join(state.dir, "reply") };
  const seconds = /\/stream/.test(script) ? STREAM_SECONDS : STREAM_SECONDS * 10;
  const preamble = CURL.replace(/--max-time \d+/, `--max-time ${seconds}`);
  const run = promisify(execFile)("bash", ["-uc", `${preamble}\n${script}`], {
    cwd: state.dir,
    env,
  });
  return run.then(
    ({ stdout }) => ({ status: stdout.trim(), code: 0 }),
    (error: { code: number; stdout: string; stderr: string }) => {
      if (error.code !== LEFT_A_STREAM) {
        throw new Error(`${script}\n${error.stderr}`);
      }
      return { status: error.stdout.trim(), code: error.code };
    },
  );
}

/** Node or Python; a stream that goes on is left, which is no failure. */
async function execute({ language, script }: Sample, shell: Shell): Promise<string> {
  const isPython = language === "Python";
  const file = path.join(state.dir, isPython ? "sample.py" : "sample.mjs");
  await writeFile(file, script);
  const timeout = STREAM_SECONDS * 1000 * (/\/stream/.test(script) ? 1 : 10);
  return promisify(execFile)(isPython ? "python3" : process.execPath, [file], {
    cwd: state.dir,
    env: { ...process.env, ...shell, PYTHONUNBUFFERED: "1" },
    timeout,
  }).then(
    () => "200",
    (error: { killed: boolean; stdout: string; stderr: string }) =>
      error.killed && error.stdout.includes("data:") ? "200" : error.stderr,
  );
}

describe("the samples of the reference", () => {
  it("name no variable that the page does not explain", () => {
    expect(new Set(samples.map(({ language }) => language)).size).toBe(3);
    for (const { id, script } of samples.filter(({ language }) => language === "curl")) {
      for (const [, name = ""] of script.matchAll(/\$(\w+)/g)) {
        expect({ id, name, isExplained: variables.has(name) }).toEqual({
          id,
          name,
          isExplained: true,
        });
      }
    }
  });

  it("send no body that says nothing", () => {
    for (const { id, script } of samples) {
      expect({ id, script }).not.toMatchObject({
        script: expect.stringMatching(
          /'\{\}'|(?:stringify\(|json=)\{\}|(?<!"?type"?): ?"text"[,}\]]/,
        ),
      });
    }
  });

  const languages = Language.options.filter((language) => language !== "Python" || hasPython);
  it.each(languages)(
    "in %s do what they say, and take only what they name",
    async (language) => {
      const actor = await fetch(`${server.url}/v1/actors`, {
        method: "POST",
        headers: { Authorization: "Bearer sk-dev", "Content-Type": "application/json" },
        body: JSON.stringify({ name: "Ada", type: "user" }),
      });
      const { id: actorId } = z.object({ id: z.string() }).parse(await actor.json());
      const bystander = await makeBystander();
      const wrong: unknown[] = [];
      const own = samples.filter((sample) => sample.language === language);
      for (const [index, sample] of own.entries()) {
        const { id, method, script } = sample;
        const world = await makeSampleWorld(api, id, `${language.toLowerCase()}${index}`);
        const shell = { ...world, ADMIN_KEY, ACTOR_ID: actorId };
        const before = await thingsOf(api);
        const status =
          language === "curl" ? (await paste(script, shell)).status : await execute(sample, shell);
        const after = await thingsOf(api);
        const gone = [...before].filter((thing) => !after.has(thing));
        const named = Object.entries(shell).filter(([name]) =>
          new RegExp(`\\b${name}\\b`).test(script),
        );
        const unnamed = gone.filter(
          (thing) =>
            !named.some(([, value]) => [thing, `asst_${thing}`, `vs_${thing}`].includes(value)),
        );
        await dropBounded(api);
        const isDeletion = method === "delete";
        const isRotation = id === "rotateSigningSecret";
        if (status !== "200" || (unnamed.length > 0 && !isRotation && id !== "eraseEndUser")) {
          wrong.push({ id, status, unnamed });
        }
        if (gone.length > 0 && !isDeletion && !isRotation) {
          wrong.push({ id, gone });
        }
        if (!(await bystander.isWell())) {
          wrong.push({ id, bystander: "is refused" });
        }
      }
      expect(wrong).toEqual([]);
    },
    600_000,
  );
});

describe("the samples of README and docs/", () => {
  it.each([
    ["README.md", "A browser"],
    ["docs/access.md", "A browser, and who may do what"],
    ["docs/webhooks.md", "Being told"],
  ])("work behind the tour's settings: %s, %s", async (page, heading) => {
    const [settings] = shellBlocks(await readSection("The main job, with curl"));
    const blocks = shellBlocks(await readSection(heading, page)).filter(({ script }) =>
      script.includes("curl "),
    );
    expect(blocks.length).toBeGreaterThan(0);
    for (const { script } of blocks) {
      const pasted = `${settings?.script}\n${script}`.replaceAll(ADDRESS, server.url);
      expect(await paste(pasted, {})).toEqual({ status: "200", code: 0 });
    }
    await dropBounded(api);
  });
});

/** An end user whom no sample means, with a token. */
async function makeBystander(): Promise<{ isWell: () => Promise<boolean> }> {
  const minted = await api.post("/tokens", { end_user_id: "bystander", expires_in: 3600 });
  const { token } = z.object({ token: z.string() }).parse(await minted.json());
  return {
    async isWell() {
      const headers = { Authorization: `Bearer ${token}` };
      return (await fetch(`${server.url}/api/sdk/threads`, { headers })).status === 200;
    },
  };
}
