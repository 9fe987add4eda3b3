/** The two ways to serve Bobbin on one's own machine: what they print, refuse and leave behind. */
import { appendFile, chmod, mkdir, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";

import { readDevVars } from "../../scripts/local/dev-vars.ts";
import { listenerAt } from "../../scripts/local/listener.ts";
import { root } from "../../scripts/local/settings.ts";
import {
  copyCheckout,
  freePort,
  runScript,
  startServer,
  temporaryStateDir,
} from "../support/local-server.ts";

/** The runtime's own binary: what the package of its name hands out. */
const { default: workerd } = z
  .object({ default: z.string() })
  .parse(createRequire(import.meta.url)("workerd"));

let state: Awaited<ReturnType<typeof temporaryStateDir>>;
beforeEach(async () => {
  state = await temporaryStateDir();
});
afterEach(() => state.remove());

describe.each(["dev", "start"] as const)("npm run %s", (script) => {
  it("prints its address and the demo key, no secret, and ends with all it started", async () => {
    const secret = "sk-not-to-be-printed";
    const server = await startServer({
      script,
      stateDir: state.dir,
      env: { OPENAI_API_KEY: secret, ADMIN_KEY: secret },
    });

    expect(server.output()).toContain(`curl -N ${server.url}/api/sdk/p/d0d0d0d0d0d0d0d0d0d0/`);
    expect(server.output()).toContain("Authorization: Bearer sk-dev");
    expect(server.output()).not.toContain(secret);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);

    await server.stop();
    await expect(fetch(server.url)).rejects.toThrow("fetch failed");
  });
});

describe("npm start", () => {
  it("starts a runtime that died again", async () => {
    const server = await startServer({ script: "start", stateDir: state.dir });
    const died = runtimeOf(server.url);
    process.kill(died, "SIGKILL");
    await untilServing(server.url);
    expect(runtimeOf(server.url)).not.toBe(died);
    expect(server.output()).toContain("was started again");
    await server.stop();
  });

  it("ends, and says so, where that does not work", async () => {
    const broken = path.join(state.dir, "broken");
    const runtime = path.join(state.dir, "runtime.sh");
    await writeFile(runtime, `#!/bin/sh\n[ -e ${broken} ] && exit 1\nexec ${workerd} "$@"\n`);
    await chmod(runtime, 0o755);
    const port = await freePort();
    const { child, output, exitCode } = runScript(["run", "start"], {
      PORT: String(port),
      STATE_DIR: path.join(state.dir, "data"),
      MINIFLARE_WORKERD_PATH: runtime,
    });
    const url = `http://127.0.0.1:${port}`;
    await untilServing(url);
    await writeFile(broken, "");
    process.kill(runtimeOf(url), "SIGKILL");
    expect(await exitCode).toBe(1);
    expect(child.signalCode).toBeNull();
    expect(output()).toContain(`Nothing serves ${url} any more`);
  });
});

it("refuses a port that is taken and a state folder that is served, and says what to do", async () => {
  const server = await startServer({ script: "start", stateDir: state.dir });
  const { port } = new URL(server.url);
  const [samePort, sameState] = await Promise.all([
    refused("dev", { PORT: port }),
    refused("start", { PORT: String(await freePort()), STATE_DIR: state.dir }),
  ]);
  await server.stop();

  expect(samePort).toContain(`Port ${port} is in use.`);
  expect(samePort).toContain(`PORT=${Number(port) + 1} npm run dev`);
  expect(sameState).toContain(`${state.dir} is in use by the server at ${server.url}`);
  expect(sameState).toContain("npm run start");
});

it("lets one of two starts pass that are made at once", async () => {
  const starts = [1, 2].map(async () =>
    startServer({ script: "start", stateDir: state.dir }).catch((error: unknown) => String(error)),
  );
  const settled = await Promise.all(starts);
  const servers = settled.filter((server) => typeof server !== "string");
  await Promise.all(servers.map(async (server) => server.stop()));

  expect(servers).toHaveLength(1);
  expect(settled.find((server) => typeof server === "string")).toContain(`${state.dir} is in use`);
});

it("refuses a folder that a killed server's runtime still serves, and names the process", async () => {
  const server = await startServer({ script: "start", stateDir: state.dir });
  const runtime = runtimeOf(server.url);
  const { pid } = ServerFile.parse(
    JSON.parse(await readFile(path.join(state.dir, "server.json"), "utf8")),
  );
  process.kill(pid, "SIGKILL");
  try {
    const env = { PORT: String(await freePort()), STATE_DIR: state.dir };
    expect(await refused("start", env)).toContain(`(process ${runtime}, left behind`);
  } finally {
    process.kill(runtime, "SIGKILL");
  }
});

it.each([
  ["a file", path.join(root, "package.json"), "it is a file"],
  ["below a file", path.join(root, "package.json/state"), "it is a file"],
  ["where no folder can be", "/proc/x", "cannot be used"],
])("says in a line that STATE_DIR is %s", async (_, dir, why) => {
  const said = await refused("start", { PORT: String(await freePort()), STATE_DIR: dir });
  expect(said).toContain(`STATE_DIR is ${dir}, which cannot be used`);
  expect(said).toContain(why);
  expect(said).not.toMatch(/^\s+at /m);
});

it("says which file of STATE_DIR is damaged", async () => {
  const database = path.join(state.dir, "v3/d1/miniflare-D1DatabaseObject/a.sqlite");
  await mkdir(path.dirname(database), { recursive: true });
  await writeFile(database, "no database, for sure");
  const env = { PORT: String(await freePort()), STATE_DIR: state.dir };
  for (const script of ["start", "dev"] as const) {
    const said = await refused(script, env);
    expect(said).toContain(`${database} in it is damaged`);
    expect(said).toContain("STATE_DIR=.wrangler/other");
    expect(said).not.toMatch(/^\s+at /m);
  }
});

describe(".dev.vars", () => {
  it.each([
    ['A=1\nB="x\nC=2\n', 2],
    ["# A comment.\n\nOPENAI_API_KEY sk-1\n", 3],
    ["A=1\r\n=2\r\n", 2],
    ["{}", 1],
  ])("is refused by the line that says nothing: %j", async (text, line) => {
    const file = path.join(state.dir, ".dev.vars");
    await writeFile(file, text);
    expect(() => readDevVars(file)).toThrow(`.dev.vars, line ${line}, cannot be understood`);
  });

  it("is read as it may be written", async () => {
    const file = path.join(state.dir, ".dev.vars");
    expect(readDevVars(file)).toEqual({});
    const text = `# One.\nA=1\r\n  export B = "x\ny"  # two\nC=\nD='{"a": 1}'\nE={"a":"b"}\nF=sk-1=2 # three\n`;
    await writeFile(file, text);
    const values = { A: "1", B: "x\ny", C: "", D: '{"a": 1}', E: '{"a":"b"}', F: "sk-1=2" };
    expect(readDevVars(file)).toEqual(values);
    expect(() => readDevVars(state.dir)).toThrow(".dev.vars cannot be read (EISDIR)");
  });
});

describe("in a checkout whose sources change", () => {
  let checkout: Awaited<ReturnType<typeof temporaryStateDir>>;
  beforeEach(async () => {
    checkout = await temporaryStateDir();
    await copyCheckout(checkout.dir);
  });
  afterEach(() => checkout.remove());

  it("answers 500 with the build's error while they do not compile, and serves again after", async () => {
    const port = await freePort();
    await writeFile(path.join(checkout.dir, ".dev.vars"), `PORT=${port}\nSTATE_DIR=${state.dir}\n`);
    const env = { PORT: "", STATE_DIR: "" };
    const server = await startServer({ script: "dev", stateDir: "", env, cwd: checkout.dir });
    const source = path.join(checkout.dir, "src/limits/index.ts");
    const whole = await readFile(source, "utf8");
    try {
      expect(server.url).toBe(`http://127.0.0.1:${port}`);
      expect(server.output()).toContain(state.dir);

      await writeFile(source, `${whole}\nexport const broken = ;\n`);
      await expect.poll(async () => answer(server.url), POLL).toContain("src/limits/index.ts:");
      expect(await answer(server.url)).toMatch(/^500 The Worker does not build.*Unexpected ";"/s);

      await writeFile(source, `${whole}\nthrow new Error("no");\n`);
      await expect.poll(async () => answer(server.url), POLL).toMatch(/^500 The Worker fails/);

      await writeFile(source, whole);
      await untilServing(server.url);
    } finally {
      await server.stop();
    }
  });

  it("builds for npm start once, until a source changes", async () => {
    const env = { PORT: String(await freePort()), STATE_DIR: state.dir };
    const builds = path.join(checkout.dir, ".wrangler/bundles");
    const start = async () => {
      const server = await startServer({
        script: "start",
        stateDir: state.dir,
        env,
        cwd: checkout.dir,
      });
      expect(server.output()).toContain("Building …");
      await server.stop();
      return (await readdir(builds)).toSorted();
    };
    const first = await start();
    expect(first).toHaveLength(1);
    const { mtimeMs } = await stat(path.join(builds, first[0] ?? "", "index.js"));
    expect(await start()).toEqual(first);
    expect((await stat(path.join(builds, first[0] ?? "", "index.js"))).mtimeMs).toBe(mtimeMs);

    await appendFile(path.join(checkout.dir, "src/index.ts"), "\n// Changed.\n");
    expect(await start()).toHaveLength(2);
  });
});

it("refuses a PORT that is no port", async () => {
  expect(await refused("dev", { PORT: "80800" })).toContain('PORT is "80800"');
});

/** How long a rebuild may take on a busy machine. */
const POLL = { timeout: 60_000 };
const ServerFile = z.object({ pid: z.int() });

async function answer(url: string): Promise<string> {
  const reply = await fetch(`${url}/health`, { signal: AbortSignal.timeout(POLL.timeout) });
  return `${reply.status} ${await reply.text()}`;
}

/** The process that serves this address. */
function runtimeOf(url: string): number {
  return listenerAt(Number(new URL(url).port)) ?? Number.NaN;
}

async function untilServing(url: string): Promise<void> {
  await expect
    .poll(
      () =>
        fetch(`${url}/health`).then(
          ({ status }) => status,
          () => 0,
        ),
      {
        timeout: 60_000,
      },
    )
    .toBe(200);
}

/** Runs a script that must fail; what it said. */
async function refused(script: string, env: Record<string, string>): Promise<string> {
  const { output, exitCode } = runScript(["run", script], env);
  expect(await exitCode).toBe(1);
  return output();
}
