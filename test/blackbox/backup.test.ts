/**
 * `npm run backup` and `npm run restore` between two servers: killed in the middle and gone on with,
 * through a network that fails, with files that were tampered with, without room, with wrong keys.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { root } from "../../scripts/local/settings.ts";
import { freePort, startServer, temporaryStateDir } from "../support/local-server.ts";
import type { LocalServer } from "../support/local-server.ts";
import { type Fate, type Proxy, openProxy } from "../support/meddling-proxy.ts";

const ADMIN_KEY = "the operator's own secret";
const FULL = "00000000000000000aaa";
const SMALL = "00000000000000000bbb";
const TOOL = "0123456789abcdef0123";
const LARGE_FILE = "5f0c3e9a-1b7d-4286-8e90-000000000001";
const THREADS = 3;
const MESSAGES = 60;
/** Records of one part of an export, as if a project were larger. */
const PART = 50;

let source: LocalServer;
let target: LocalServer;
let folder: Awaited<ReturnType<typeof temporaryStateDir>>;
let from: Proxy;
let to: Proxy;

beforeAll(async () => {
  folder = await temporaryStateDir();
  [source, target] = await Promise.all([serve("source"), serve("target")]);
  [from, to] = [await openProxy(source.url), await openProxy(target.url)];
  await fill();
});
afterAll(async () => {
  await Promise.all([from.close(), to.close(), source.stop(), target.stop()]);
  await folder.remove();
});

async function admin(url: string, method: string, route: string, body?: string) {
  const reply = await fetch(`${url}/admin${route}`, {
    method,
    headers: { Authorization: `Bearer ${ADMIN_KEY}`, "Content-Type": "application/json" },
    ...(body !== undefined && { body }),
  });
  const text = await reply.text();
  if (reply.status !== 200) {
    throw new Error(`${method} ${route}: ${reply.status} ${text}`);
  }
  return text;
}

async function fill(): Promise<void> {
  const put = (route: string, body: object) =>
    admin(source.url, "PUT", `/projects/${route}`, JSON.stringify(body));
  await put(FULL, { name: "A shop" });
  await put(SMALL, { name: "A smaller one" });
  await put(`${FULL}/retention`, { keep_idle_days: 400 });
  await admin(source.url, "POST", `/projects/${FULL}/import`, recordsOf(FULL));
  await admin(source.url, "POST", `/projects/${SMALL}/import`, recordsOf(SMALL));
  await put(`${FULL}/quotas`, { threads: THREADS });
}

/** Of the small one a thread alone. */
function recordsOf(projectId: string): string {
  const created_at_ms = 1_700_000_000_000;
  const thread = (n: number) => ({ type: "thread", id: `t-${n}`, created_at_ms });
  const message = (n: number) => ({
    type: "message",
    id: `m-${n}`,
    role: "user",
    author: "Ada",
    content: `Message ${n}, 答案`,
    created_at_ms: created_at_ms + n,
  });
  const tool = {
    type: "tool",
    id: TOOL,
    name: "echo",
    latest_version: 1,
    live_version: 1,
    default_version: "live",
    created_at_ms,
    updated_at_ms: created_at_ms,
  };
  const actions = [
    { name: "INPUT", type: "input" },
    { name: "OUTPUT", type: "output", spec: { value: "x" } },
  ];
  const large = Buffer.alloc(600_000, "bobbin ");
  const files = ["small, by its lines", large].flatMap((content, n) => [
    {
      type: "file",
      id: LARGE_FILE.replace(/1$/, String(2 - n)),
      name: `${n}.txt`,
      mime_type: "text/plain",
      size: content.length,
      created_at_ms,
      ...(n === 1 && { end_user_id: "ada" }),
    },
    { type: "bytes", base64: Buffer.from(content).toString("base64") },
  ]);
  const ended = {
    type: "run",
    id: "a".repeat(64),
    tool_id: TOOL,
    tool_name: "echo",
    version: 1,
    thread_id: "t-0",
    status: "succeeded",
    config: {},
    outcome: {
      traces: [],
      results: [["x"]],
      usage: { inputTokens: 1, outputTokens: 2 },
      pendingCalls: [],
    },
    created_at_ms,
    ended_at_ms: created_at_ms,
  };
  const version = { type: "tool_version", tool_id: TOOL, version: 1, actions, created_at_ms };
  const threads = Array.from({ length: THREADS }, (_, t) => [
    thread(t),
    ...Array.from({ length: MESSAGES }, (_m, n) => message(n)),
  ]);
  const records =
    projectId === SMALL
      ? [thread(0), message(0)]
      : [tool, version, ...files, ...threads.flat(), ended];
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

type Environment = Record<string, string>;

/** As npm does, without npm's own half a second. */
function start(script: "backup" | "restore", args: string[], env: Environment = { ADMIN_KEY }) {
  const child = spawn(process.execPath, [path.join(root, `scripts/${script}.ts`), ...args], {
    env: { ...process.env, ADMIN_KEY: "", BOBBIN_KEY: "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return { child, output: () => output, exitCode: once(child, "close").then(() => child.exitCode) };
}

async function run(...given: Parameters<typeof start>): Promise<string> {
  const command = start(...given);
  if ((await command.exitCode) !== 0) {
    throw new Error(command.output());
  }
  return command.output();
}

/** Runs it until the request comes, and kills it there with SIGKILL. */
async function killAt(
  proxy: Proxy,
  isHere: (asked: string) => boolean,
  command: () => ReturnType<typeof start>,
) {
  const { decide } = proxy;
  const here = Promise.withResolvers<void>();
  proxy.decide = (asked) => {
    if (!isHere(asked)) {
      return decide?.(asked) ?? null;
    }
    here.resolve();
    return "hang";
  };
  const { child, exitCode, output } = command();
  await Promise.race([
    here.promise,
    exitCode.then(() => {
      throw new Error(`it ended before:\n${output()}`);
    }),
  ]);
  child.kill("SIGKILL");
  await exitCode;
  proxy.decide = decide;
}

const inSmallParts = (asked: string): Fate | null => {
  const [, route = ""] = asked.split(" ");
  return route.includes("/export")
    ? { pass: `${route}${route.includes("?") ? "&" : "?"}limit=${PART}` }
    : null;
};

function serve(name: string): Promise<LocalServer> {
  return startServer({ script: "start", stateDir: inFolder(name), env: { ADMIN_KEY } });
}

const inFolder = (name: string) => path.join(folder.dir, name);

const wholeFile = () => inFolder("all.ndjson");
const take = () => start("backup", [wholeFile(), "--url", from.url]);
const put = () => start("restore", [wholeFile(), "--url", to.url]);

describe("a backup that is cut off and gone on with, and a restore that is", () => {
  it("goes on behind the last part that is whole, through a network that fails", async () => {
    const fails = new Map<string, Fate>([
      ["first", { answer: 429, headers: { "Retry-After": "0" } }],
      ["second", "cut"],
    ]);
    from.decide = (asked) => {
      const first =
        asked.includes("/export") && !asked.includes("cursor") ? fails.get("first") : undefined;
      const second = asked.includes("cursor") ? fails.get("second") : undefined;
      fails.delete(first === undefined ? (second === undefined ? "" : "second") : "first");
      return first ?? second ?? inSmallParts(asked);
    };
    let parts = 0;
    const thirdPart = (asked: string) => asked.includes("cursor") && (parts += 1) === 3;
    await killAt(from, thirdPart, take);
    expect(fails.size).toBe(0);
    from.seen.length = 0;
    const { exitCode, output } = take();
    expect(`${await exitCode} ${output()}`).toMatch(/^0 /);
    expect(output()).toContain("Going on with");
    expect(output()).toContain("2 files, 180 messages, 1 run, 3 threads, 1 tool, 1 tool version");
    const exports = from.seen.filter((asked) => asked.includes(`${FULL}/export`));
    expect(exports.every((asked) => asked.includes("cursor"))).toBe(true);
    expect(await readFile(wholeFile(), "utf8")).not.toMatch(/sk-|secret|hash/);
  });

  it("is put back, goes on after a kill, and is proved equal", async () => {
    await killAt(to, (asked) => asked.startsWith("PUT") && asked.includes(LARGE_FILE), put);
    to.seen.length = 0;
    // Each server has made its demo project by itself, at another time.
    const all = await run("restore", [wholeFile(), "--url", to.url]);
    expect(all).toContain(`${DEMO.projectId}: 1 tool, 1 tool version, equal.`);
    expect(all).toContain("Restored 3 projects, and compared: equal.");
    const again = to.seen.filter((asked) =>
      asked.startsWith(`POST /admin/projects/${FULL}/import`),
    );
    expect(again).toHaveLength(1);
    for (const project of [FULL, SMALL]) {
      const said = await run("restore", [wholeFile(), "--url", target.url, "--project", project]);
      expect(said).toContain("Restored 1 project, and compared: equal.");
    }
    const settings = JSON.parse(await admin(target.url, "GET", `/projects/${FULL}`));
    expect(settings).toMatchObject({
      project: { id: FULL, name: "A shop" },
      keep_idle_days: 400,
      quotas: { threads: THREADS },
    });
  });

  it("says that a project which has more is not equal, and leaves it", async () => {
    const more = '{"type":"thread","id":"more","created_at_ms":1}';
    await admin(target.url, "POST", `/projects/${SMALL}/import`, more);
    await expect(
      run("restore", [wholeFile(), "--url", target.url, "--project", SMALL]),
    ).rejects.toThrow("there: 1 message, 2 threads; in the backup: 1 message, 1 thread");
  });

  it("is refused as a whole where anything of it was changed", async () => {
    const whole = await readFile(wholeFile(), "utf8");
    const changes: [changed: string, words: string][] = [
      [whole.replace("答案", "答安"), "does not fit the project's records"],
      [whole.replace(/"quotas":\{\}/, '"quotas":{"runs":0}'), "SHA-256 of the file"],
      [whole.replace(/\{"type":"message".*\n/, ""), "does not fit"],
      [whole.slice(0, -200), "is cut off"],
      [`${whole}{"type":"end"}\n`, "stands behind the end"],
      [whole.slice(whole.indexOf("\n") + 1), "this is no backup"],
    ];
    to.seen.length = 0;
    await Promise.all(
      changes.map(async ([changed, words], n) => {
        const tampered = inFolder(`tampered-${n}.ndjson`);
        await writeFile(tampered, changed);
        await expect(run("restore", [tampered, "--url", to.url])).rejects.toThrow(words);
      }),
    );
    expect(to.seen).toEqual([]);
  });
});

describe("with a project's key", () => {
  it("moves the project into another, whatever its id", async () => {
    const keyOf = async (url: string, project: string) => {
      const made = await admin(url, "POST", `/projects/${project}/keys`, '{"name":"k"}');
      return String(JSON.parse(made).secret);
    };
    const file = inFolder("one.ndjson");
    const taken = await run("backup", [file, "--url", source.url], {
      BOBBIN_KEY: await keyOf(source.url, SMALL),
    });
    expect(taken).toContain("Only the key's project. For all projects give ADMIN_KEY");
    const made = JSON.parse(await admin(target.url, "POST", "/projects", '{"name":"other"}'));
    const BOBBIN_KEY = await keyOf(target.url, String(made.project.id));
    const said = await run("restore", [file, "--url", target.url], { BOBBIN_KEY });
    expect(said).toContain("1 message, 1 thread, equal.");
  });
});

describe("docs/importing.md", () => {
  it("prints what its commands answer", async () => {
    const page = await readFile(path.join(root, "docs/importing.md"), "utf8");
    const [, commands = ""] = /```sh\n([\s\S]*?)```/.exec(page) ?? [];
    const [, answer = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    const shell = promisify(execFile)("bash", ["-c", commands], {
      cwd: folder.dir,
      env: { ...process.env, BOBBIN_URL: source.url, BOBBIN_KEY: DEMO.key },
    });
    const [taken = "", listed = ""] = (await shell).stdout.trim().split("\n");
    expect(JSON.parse(taken)).toEqual(JSON.parse(answer));
    expect(JSON.parse(listed).list).toMatchObject([
      { author: "Ada Lovelace", created_at: 1_699_952_400 },
      { author: "Joseph", role: "assistant" },
      { author: "Ada Lovelace", content: "It was. Thank you!" },
    ]);
  });
});

describe("what goes wrong says what to do", () => {
  it("a wrong secret, a wrong key, none, one without the scope", async () => {
    const keys = `/projects/${SMALL}/keys`;
    const made = await admin(source.url, "POST", keys, '{"name":"k","scopes":["read"]}');
    const cases: [env: Environment, words: string][] = [
      [{ ADMIN_KEY: "wrong" }, "does not take ADMIN_KEY"],
      [{ BOBBIN_KEY: "sk-nobodys" }, "does not take BOBBIN_KEY"],
      [{}, "Give a secret in the environment"],
      [{ BOBBIN_KEY: JSON.parse(made).secret }, "must have the scope admin"],
    ];
    await Promise.all(
      cases.map(([env, words], n) => {
        const args = [inFolder(`none-${n}.ndjson`), "--url", source.url];
        return expect(run("backup", args, env)).rejects.toThrow(words);
      }),
    );
  });

  it("nothing at the address, no such project, a file that is there, or none", async () => {
    const nothing = `http://127.0.0.1:${await freePort()}`;
    const taken = inFolder("taken.ndjson");
    await writeFile(taken, "");
    const all = await Promise.allSettled([
      run("backup", [inFolder("a.ndjson"), "--url", nothing]),
      run("backup", [inFolder("b.ndjson"), "--url", source.url, "--project", "0".repeat(20)]),
      run("backup", [taken, "--url", source.url]),
      run("restore", [inFolder("nowhere.ndjson"), "--url", target.url]),
      run("backup", [path.join(folder.dir, "no/folder"), "--url", source.url]),
    ]);
    const said = all.map((one) =>
      one.status === "rejected" ? String(one.reason) : "it went well",
    );
    const words = ["Nothing answers at", "There is no such project", "is there already"];
    expect(["a", "b"].filter((name) => existsSync(inFolder(`${name}.ndjson.part`)))).toEqual([]);
    [...words, "There is no file", "cannot be written (ENOENT)"].forEach((text, index) =>
      expect(said[index]).toContain(text),
    );
  });

  it("no room on the disk; with more of it the backup goes on", async () => {
    const file = inFolder("room.ndjson");
    const script = path.join(root, "scripts/backup.ts");
    const small = spawn(
      "bash",
      ["-c", `ulimit -f 100; exec node ${script} ${file} --url ${source.url} --project ${FULL}`],
      { env: { ...process.env, ADMIN_KEY }, stdio: ["ignore", "ignore", "pipe"] },
    );
    let said = "";
    small.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    await once(small, "close");
    expect(said).toContain("There is no room left for");
    expect(await run("backup", [file, "--url", source.url, "--project", FULL])).toContain(
      "is whole",
    );
  });
});
