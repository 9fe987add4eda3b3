/** The two ways to serve Bobbin on one's own machine: what they print, refuse and leave behind. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { freePort, runScript, startServer, temporaryStateDir } from "../support/local-server.ts";

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

it("refuses a PORT that is no port", async () => {
  expect(await refused("dev", { PORT: "80800" })).toContain('PORT is "80800"');
});

/** Runs a script that must fail; what it said. */
async function refused(script: string, env: Record<string, string>): Promise<string> {
  const { output, exitCode } = runScript(["run", script], env);
  expect(await exitCode).toBe(1);
  return output();
}
