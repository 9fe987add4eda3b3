/**
 * Every curl that is published, pasted into a real shell with the variables that its page names: it
 * does what it says and takes nothing away that it does not name.
 */
import { execFile } from "node:child_process";
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
  script: string;
}

let state: Awaited<ReturnType<typeof temporaryStateDir>>;
let server: LocalServer;
let api: ApiClient;
let samples: Sample[];
let variables: Set<string>;
let document: { paths: Record<string, Record<string, { operationId: string }>> };

beforeAll(async () => {
  state = await temporaryStateDir();
  const env = { ADMIN_KEY, ALLOW_LOOPBACK: "true" };
  server = await startServer({ script: "start", stateDir: state.dir, env });
  api = apiClient(server.url);
  const page = await (await fetch(`${server.url}/docs`)).text();
  samples = readSamples(page);
  variables = new Set([...page.matchAll(/<dt><code>(\w+)=/g)].map(([, name = ""]) => name));
  document = z
    .object({
      paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))),
    })
    .parse(await (await fetch(`${server.url}/openapi.json`)).json());
});
afterAll(async () => {
  await server.stop();
  await state.remove();
});

function readSamples(page: string): Sample[] {
  const articles = page.matchAll(
    /<article id="(\w+)">(?:(?!<article)[\s\S])*?<h4>curl<\/h4>\s*<pre><code>([\s\S]*?)<\/code>/g,
  );
  return [...articles].map(([, id = "", code = ""]) => ({ id, script: unescape(code) }));
}

function unescape(html: string): string {
  return html
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

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

describe("the samples of the reference", () => {
  it("are there for every operation, and name no variable that the page does not explain", () => {
    const operations = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(samples.map(({ id }) => id).toSorted()).toEqual(operations.toSorted());
    for (const { id, script } of samples) {
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
        script: expect.stringMatching(/'\{\}'|(?<!"type"):"text"[,}\]]/),
      });
    }
  });

  it("do what they say, and take away only what they name", async () => {
    const actor = await fetch(`${server.url}/v1/actors`, {
      method: "POST",
      headers: { Authorization: "Bearer sk-dev", "Content-Type": "application/json" },
      body: JSON.stringify({ name: "Ada", type: "user" }),
    });
    const { id: actorId } = z.object({ id: z.string() }).parse(await actor.json());
    const bystander = await makeBystander();
    const wrong: unknown[] = [];
    for (const [index, { id, script }] of samples.entries()) {
      const world = await makeSampleWorld(api, id, `w${index}`);
      const shell = { ...world, ADMIN_KEY, ACTOR_ID: actorId };
      const before = await thingsOf(api);
      const { status } = await paste(script, shell);
      const after = await thingsOf(api);
      const gone = [...before].filter((thing) => !after.has(thing));
      const named = Object.entries(shell).filter(([name]) => script.includes(`$${name}`));
      const unnamed = gone.filter(
        (thing) =>
          !named.some(([, value]) => [thing, `asst_${thing}`, `vs_${thing}`].includes(value)),
      );
      await dropBounded(api);
      const isDeletion = script.includes("-X DELETE");
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
  }, 600_000);
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
