/** `npm run keys`, for local data beside a running server and through a server's admin API. */
import { once } from "node:events";
import { createServer } from "node:http";

import { expect, it } from "vitest";
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { freePort, runScript } from "../support/local-server.ts";
import { ownServer } from "../support/own-server.ts";

const AddressWithPort = z.object({ port: z.int() });
const ADMIN_KEY = "the-operator's-secret";

const server = ownServer({ ADMIN_KEY });

it("makes a key for local data that a running server takes, and lists it", async () => {
  const key = await keys("create", "for a test", "--scopes", "read");

  expect(key).toMatch(/^sk-\S{20,}$/);
  expect(await statusFor(key)).toBe(200);
  expect(await keys("list")).toMatch(/ read {2}for a test$/m);
});

it("makes a key at an address, and revokes it", async () => {
  const at = ["--url", server.url, "--project", DEMO.projectId];
  const key = await keys("create", "for an app", ...at);
  expect(await statusFor(key)).toBe(200);

  const keyId = /^(\S+) .* for an app$/m.exec(await keys("list", ...at))?.[1] ?? "";
  expect(await keys("revoke", keyId, ...at)).toContain(`Revoked ${keyId}`);
  expect(await statusFor(key)).toBe(401);
});

it("finds the only project of a deployment by itself", async () => {
  expect(await keys("list", "--url", server.url)).toContain("Local development");
});

it("says where nothing answers, where another server does, and what is no address", async () => {
  const other = createServer((_, response) => response.end("<html>")).listen(0, "127.0.0.1");
  await once(other, "listening");
  const port = AddressWithPort.parse(other.address()).port;
  const nothing = `http://127.0.0.1:${await freePort()}`;

  await expect(keys("list", "--url", nothing)).rejects.toThrow(`Nothing answers at ${nothing}.`);
  await expect(keys("list", "--url", `http://127.0.0.1:${port}`)).rejects.toThrow("is not Bobbin");
  await expect(keys("list", "--url", "nowhere")).rejects.toThrow('--url is "nowhere"');
  await expect(keys("list", "--url", "localhost:8787")).rejects.toThrow("it must be an address");
  other.close();
});

it("says what to do about a wrong secret, and about ids that are not there", async () => {
  const wrong = runScript(["run", "--silent", "keys", "--", "list", "--url", server.url], {
    ADMIN_KEY: "wrong",
  });
  expect(await wrong.exitCode).toBe(1);
  expect(wrong.output()).toContain("ADMIN_KEY is not the secret of that deployment");
  const revoked = keys("revoke", "nobodys", "--url", server.url);
  await expect(revoked).rejects.toThrow("Which there are: npm run keys -- list");
});

it("shows its usage where it does not understand", async () => {
  await expect(keys("delete", "everything")).rejects.toThrow("npm run keys -- create <name>");
});

/** What the command prints, without npm's own lines. */
async function keys(...args: string[]): Promise<string> {
  const command = runScript(["run", "--silent", "keys", "--", ...args], {
    ADMIN_KEY,
    STATE_DIR: server.stateDir,
  });
  if ((await command.exitCode) !== 0) {
    throw new Error(command.output());
  }
  return command.printed().trim();
}

async function statusFor(key: string): Promise<number> {
  const headers = { Authorization: `Bearer ${key}` };
  return (await fetch(`${server.url}/api/sdk/threads`, { headers })).status;
}
