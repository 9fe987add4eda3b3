/** `npm run demo` and the printed client against a running server: what they do, and what they refuse. */
import { spawnSync } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";

import { expect, it } from "vitest";
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { root } from "../../scripts/local/settings.ts";
import { freePort, runScript } from "../support/local-server.ts";
import { ownServer } from "../support/own-server.ts";
import { readSection } from "../support/readme.ts";

const Threads = z.object({ list: z.array(z.object({ id: z.string() })) });

const server = ownServer();

async function demo(env: Record<string, string>) {
  const none = { BOBBIN_URL: "", BOBBIN_KEY: "", BOBBIN_PROJECT: "", BOBBIN_TOOL: "" };
  const { exitCode, output } = runScript(["run", "demo"], { ...none, ...env });
  return { code: await exitCode, output: output() };
}

function target(over: Record<string, string> = {}) {
  return {
    BOBBIN_URL: `${server.url}/`,
    BOBBIN_KEY: DEMO.key,
    BOBBIN_PROJECT: DEMO.projectId,
    BOBBIN_TOOL: DEMO.toolId,
    ...over,
  };
}

async function countThreads(): Promise<number> {
  const headers = { Authorization: `Bearer ${DEMO.key}` };
  const reply = await fetch(`${server.url}/api/sdk/threads`, { headers });
  return Threads.parse(await reply.json()).list.length;
}

it("refuses what is missing or wrong by its variable's name, before it makes anything", async () => {
  const { output: missing } = await demo({ BOBBIN_URL: server.url, BOBBIN_TOOL: DEMO.toolId });
  expect(missing).toContain("BOBBIN_URL, BOBBIN_KEY, BOBBIN_PROJECT, BOBBIN_TOOL");
  expect(missing).toContain("Missing: BOBBIN_KEY, BOBBIN_PROJECT.");
  expect(missing).not.toMatch(/^ +at /m);
  expect((await demo(target({ BOBBIN_URL: "nowhere" }))).output).toContain("BOBBIN_URL is");
  expect((await demo(target({ BOBBIN_KEY: "sk-wrong" }))).output).toContain("BOBBIN_KEY");
  const { code, output } = await demo(target({ BOBBIN_TOOL: "0".repeat(20) }));
  expect(output).toContain(`no tool ${"0".repeat(20)} in project ${DEMO.projectId}`);
  expect(code).toBe(1);
  expect(await countThreads()).toBe(0);
});

it("says where nothing answers", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const { code, output } = await demo(target({ BOBBIN_URL: url }));
  expect(output).toContain(`Nothing answers at ${url}. Start it first (npm run dev)`);
  expect(code).toBe(1);
});

it("does the main job on another server", async () => {
  const { code, output } = await demo(target());
  expect(output).toContain("The thread now holds 2 messages:");
  expect(code).toBe(0);
});

it("imports the client as README prints it, with the Node that is installed", async () => {
  const block = /```ts\n([\s\S]*?)```/.exec(await readSection("Every call"))?.[1] ?? "";
  const file = path.join(root, `.client-of-readme-${process.pid}.ts`);
  await writeFile(
    file,
    `${block.replace("http://127.0.0.1:8787", server.url)}\nconsole.log("made", id);\n`,
  );
  const { stdout, stderr } = spawnSync("npm", ["exec", "--", "node", file], {
    cwd: root,
    encoding: "utf8",
  });
  await rm(file);
  expect(`${stdout}${stderr}`).toMatch(/^made \S+$/m);
});
