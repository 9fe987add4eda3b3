/**
 * `@bobbin/client` as it is packed, in projects of their own that install the tarball: in Node, through a
 * compiler and a bundler, and on a network that cuts it off.
 */
import { execFile, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { text as readText } from "node:stream/consumers";
import { promisify } from "node:util";

import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { root } from "../../scripts/local/settings.ts";
import { writeApiTypes } from "../../scripts/studio/api-types.ts";
import { packageCalls } from "../../scripts/studio/used-calls.ts";
import { installExample, packClient, temporaryFolder } from "../support/client-package.ts";
import { freePort } from "../support/local-server.ts";
import { type Proxy, openProxy } from "../support/meddling-proxy.ts";
import { ownServer } from "../support/own-server.ts";

const exec = promisify(execFile);
const server = ownServer();
/** Compressed by nothing: a page has it before its first call. */
const MAX_BUNDLE_BYTES = 16 * 1024;

let place: Awaited<ReturnType<typeof temporaryFolder>>;
let tarball: string;
let project: string;
let proxy: Proxy;

beforeAll(async () => {
  place = await temporaryFolder();
  tarball = await packClient(place.dir);
  project = await installExample("cli-chat", { folder: place.dir, tarball });
  proxy = await openProxy(server.url);
});
afterAll(async () => {
  await proxy.close();
  await place.remove();
});

/** Runs a program of the project; it finds the client, the tool and the server's address. */
async function runProgram(lines: string, url = server.url): Promise<unknown> {
  const file = path.join(project, `program-${Math.random().toString(36).slice(2)}.mjs`);
  const start = `import { Bobbin, BobbinError } from "@bobbin/client";
    const url = ${JSON.stringify(url)};
    const [project, tool] = ${JSON.stringify([DEMO.projectId, DEMO.toolId])};
    const bobbin = new Bobbin({ url, credential: ${JSON.stringify(DEMO.key)} });`;
  await writeFile(file, `${start}\n${lines}`);
  const { stdout } = await exec(process.execPath, [file]);
  return JSON.parse(stdout);
}

it("is typed by the API as it is", async () => {
  const document: unknown = await (await fetch(`${server.url}/openapi.json`)).json();
  const types = await readFile(path.join(root, "client/calls.gen.ts"), "utf8");
  expect(writeApiTypes(document, packageCalls), "npm run studio:types").toBe(types);
});

describe("the packed client", () => {
  it("calls by names, with values in path, query and body", async () => {
    const told = await runProgram(`
      const made = await bobbin.call("POST /api/sdk/threads", { body: { metadata: { of: "it" } } });
      const thread = await bobbin.call("GET /api/sdk/threads/{thread_id}", { path: { thread_id: made.id } });
      const { list } = await bobbin.call("GET /api/sdk/threads", { query: { metadata: { of: "it" }, limit: 5 } });
      console.log(JSON.stringify([thread.metadata, list.length]));`);
    expect(told).toEqual([{ of: "it" }, 1]);
  });

  it("throws what the API refuses, in its words", async () => {
    const told = await runProgram(`
      const error = await bobbin
        .call("GET /api/sdk/threads/{thread_id}", { path: { thread_id: "none" } })
        .catch((thrown) => thrown);
      console.log(JSON.stringify([error instanceof BobbinError, error.status, error.type]));`);
    expect(told).toEqual([true, 404, "thread_not_found"]);
  });

  it("asks for a credential once, and anew where it is refused", async () => {
    const told = await runProgram(`
      const given = ["sk-stale", ${JSON.stringify(DEMO.key)}];
      let asked = 0;
      const other = new Bobbin({ url, credential: async () => given[asked++] });
      for (let n = 0; n < 3; n += 1) await other.call("GET /api/sdk/threads");
      console.log(JSON.stringify(asked));`);
    expect(told).toBe(2);
  });

  it("tells a run once and whole, on a network that cuts its streams", async () => {
    let cuts = 0;
    proxy.seen.length = 0;
    proxy.decide = (asked) => {
      const isStream = / \/api\/sdk\/p\/.*\/r(?:\/.*\/stream)?$/.test(asked);
      return isStream && (cuts += 1) <= 3 ? "cut" : null;
    };
    const told = await runProgram(
      `const { id } = await bobbin.call("POST /api/sdk/threads", { body: {} });
      const inputs = [{ messages: [{ role: "user", content: "Hello" }] }];
      const config = { MODEL_CALL: { offline: { tokens: 60, delay_ms: 20 } } };
      const types = [];
      let text = "";
      for await (const event of bobbin.run({ project, tool, thread_id: id, inputs, config })) {
        types.push(event.type);
        text += event.type === "tokens" ? event.content.tokens.text : "";
      }
      const { list } = await bobbin.call("GET /api/sdk/threads/{thread_id}/messages", { path: { thread_id: id } });
      console.log(JSON.stringify({ last: types.at(-1), finals: types.filter((type) => type === "final").length, isWhole: list[0].content === text, messages: list.length }));`,
      proxy.url,
    );
    expect(told).toEqual({ last: "final", finals: 1, isWhole: true, messages: 2 });
    expect(cuts).toBeGreaterThan(3);
    expect(proxy.seen.filter((asked) => asked.startsWith("GET")).length).toBeGreaterThan(1);
    proxy.decide = null;
  });

  it("follows a thread until it is left", async () => {
    const told = await runProgram(`
      const { id } = await bobbin.call("POST /api/sdk/threads", { body: {} });
      const path = { thread_id: id };
      const leaving = new AbortController();
      const heard = [];
      const following = (async () => {
        for await (const event of bobbin.followThread(id, { signal: leaving.signal })) {
          heard.push(event.content.content);
          if (heard.length === 2) return;
        }
      })();
      for (const content of ["One", "Two"]) {
        await bobbin.call("POST /api/sdk/threads/{thread_id}/messages", { path, body: { role: "user", content } });
      }
      await following;
      console.log(JSON.stringify(heard));`);
    expect(told).toEqual(["One", "Two"]);
  });

  it("compiles by its types, and refuses what the API would refuse", async () => {
    const file = path.join(project, "typed.ts");
    await writeFile(
      file,
      `import { Bobbin, type RunEvent } from "@bobbin/client";
      const bobbin = new Bobbin({ url: "http://127.0.0.1:1", credential: () => "sk-x" });
      export const made: Promise<{ id: string }> = bobbin.call("POST /api/sdk/threads", { body: {} });
      export const told = (event: RunEvent) => (event.type === "tokens" ? event.content.tokens.text : "");
      // @ts-expect-error -- there is no such call
      void bobbin.call("GET /api/sdk/nothing");
      // @ts-expect-error -- the thread is not named
      void bobbin.call("GET /api/sdk/threads/{thread_id}");
      // @ts-expect-error -- metadata are strings
      void bobbin.call("POST /api/sdk/threads", { body: { metadata: { user: 1 } } });`,
    );
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022"];
    const tsc = path.join(root, "node_modules/.bin/tsc");
    const checked = await exec(tsc, [...options, "--lib", "es2024,dom", "--types", "", file], {
      cwd: project,
    }).catch((error: { stdout: string }) => error);
    expect(checked.stdout).toBe("");
  });

  it("is small in a page's bundle, and needs nothing of Node", async () => {
    const bundled = await build({
      stdin: {
        contents: 'export { Bobbin } from "@bobbin/client";',
        resolveDir: project,
      },
      bundle: true,
      minify: true,
      platform: "browser",
      format: "esm",
      write: false,
    });
    expect(bundled.outputFiles[0]?.contents.byteLength).toBeLessThan(MAX_BUNDLE_BYTES);
  });
});

describe("examples that use it", () => {
  it("cli-chat answers line by line, and goes on with a thread", async () => {
    const first = await chat("Hello\nAnd now?\n");
    expect(first).toContain("You said: Hello");
    expect(first).toContain("You said: And now?");
    const thread = /Thread (\S+)\./.exec(first)?.[1] ?? "";
    expect(await chat("Still there?\n", thread)).toContain("Messages so far: 5.");
  });

  it("token-backend gives a page a token of its user, on Hono, Express and node:http", async () => {
    const linked = ["hono", "@hono/node-server", "express"];
    const dir = await installExample("token-backend", { folder: place.dir, tarball, linked });
    for (const file of ["server.mjs", "express.mjs", "plain.mjs"]) {
      const token = await tokenOf(dir, file);
      const made = await fetch(`${server.url}/api/sdk/threads`, {
        method: "POST",
        headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
        body: "{}",
      });
      expect([file, made.status]).toEqual([file, 200]);
    }
  });
});

/** What a backend gives a page that asks it. */
async function tokenOf(dir: string, file: string): Promise<string> {
  const port = await freePort();
  const backend = spawn(process.execPath, [file], {
    cwd: dir,
    env: { ...process.env, BOBBIN_URL: server.url, PORT: String(port) },
  });
  try {
    await new Promise((resolve) => backend.stdout.once("data", resolve));
    const reply = await fetch(`http://127.0.0.1:${port}/token`, { method: "POST" });
    const { token }: { token: string } = await reply.json();
    return token;
  } finally {
    backend.kill();
  }
}

async function chat(lines: string, ...thread: string[]): Promise<string> {
  const child = spawn(process.execPath, ["chat.mjs", ...thread], {
    cwd: project,
    env: { ...process.env, BOBBIN_URL: server.url },
  });
  child.stdin.end(lines);
  const [said, wrong] = await Promise.all([readText(child.stdout), readText(child.stderr)]);
  return said + wrong;
}
