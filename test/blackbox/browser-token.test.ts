/**
 * A page of another origin, in a real browser, with nothing but a session token: it posts a message,
 * runs its tool, follows the stream, and can do nothing else. Skipped where no Chromium is installed.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { root } from "../../scripts/local/settings.ts";
import { CHROMIUM, launchChromium } from "../support/chromium.ts";
import { freePort, startServer, temporaryStateDir } from "../support/local-server.ts";
import type { LocalServer } from "../support/local-server.ts";

const runs = (projectId: string, toolId: string) => `/api/sdk/p/${projectId}/a/${toolId}/r`;

const Minted = z.object({ token: z.string() });
const Named = z.object({ id: z.string() });
const Listed = z.object({ list: z.array(z.object({ role: z.string() })) });

describe.skipIf(CHROMIUM === undefined)("a browser with a session token", () => {
  let state: Awaited<ReturnType<typeof temporaryStateDir>>;
  let server: LocalServer;
  let site: Server;
  let browser: Browser;
  let page: Page;
  let token: string;

  beforeAll(async () => {
    state = await temporaryStateDir();
    server = await startServer({ script: "start", stateDir: state.dir });
    const minted = await fetch(`${server.url}/api/sdk/tokens`, {
      method: "POST",
      headers: { Authorization: `Bearer ${DEMO.key}`, "Content-Type": "application/json" },
      body: JSON.stringify({ end_user_id: "ada", tools: [DEMO.toolId] }),
    });
    ({ token } = Minted.parse(await minted.json()));
    const example = await readFile(`${root}/examples/browser/index.html`, "utf8");
    site = createServer(({ url }, response) => {
      response
        .setHeader("Content-Type", "text/html")
        .end(
          url === "/chat"
            ? example.replace("http://127.0.0.1:8787", server.url)
            : "<!doctype html><title>site</title>",
        );
    });
    await new Promise<void>((resolve) => void site.listen(0, "127.0.0.1", resolve));
    browser = await launchChromium();
    page = await browser.newPage();
    const address = site.address();
    const port = typeof address === "object" ? address?.port : undefined;
    await page.goto(`http://127.0.0.1:${port}/`);
  });

  afterAll(async () => {
    await browser.close();
    site.close();
    await server.stop();
    await state.remove();
  });

  /** A call that the page itself makes, preflight and all. */
  function ask(path: string, init: { method?: string; body?: unknown } = {}) {
    return page.evaluate(
      async ({ url, key, method, body }) => {
        const response = await fetch(url, {
          method,
          headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
          ...(body === undefined ? {} : { body }),
        });
        return { status: response.status, text: await response.text() };
      },
      {
        url: `${server.url}${path}`,
        key: token,
        method: init.method ?? (init.body === undefined ? "GET" : "POST"),
        body: init.body === undefined ? undefined : JSON.stringify(init.body),
      },
    );
  }

  it("makes a thread, posts to it, runs its tool and follows the stream to the end", async () => {
    const made = await ask("/api/sdk/threads", { body: {} });
    const thread = Named.parse(JSON.parse(made.text));
    const posted = await ask(`/api/sdk/threads/${thread.id}/messages`, {
      body: { role: "user", content: "hello from a browser" },
    });
    expect(posted.status).toBe(200);
    const stream = await ask(runs(DEMO.projectId, DEMO.toolId), {
      body: { thread_id: thread.id, stream: true },
    });
    expect(stream.status).toBe(200);
    expect(stream.text).toContain('"type":"tokens"');
    expect(stream.text.trimEnd()).toMatch(/data: \{"type":"final","content":null\}$/);
    const listed = await ask(`/api/sdk/threads/${thread.id}/messages`);
    const { list } = Listed.parse(JSON.parse(listed.text));
    expect(list.map(({ role }) => role)).toEqual(["assistant", "user"]);
  });

  it("chats by the example's page, and goes on with its run after a reload", async () => {
    const chat = await browser.newPage();
    await chat.goto(`${new URL("/chat", page.url()).href}#token=${token}`);
    await chat.waitForFunction(() => localStorage["thread"] !== undefined);
    await chat.fill("input", "hello from the page");
    await chat.click("button");
    await chat.locator("p", { hasText: /^Bobbin/ }).waitFor();
    await chat.reload();
    const answered = () =>
      chat.locator("p", { hasText: /^Bobbin: .*You said: hello from the page/ }).count();
    await expect.poll(answered, { timeout: 20_000 }).toBe(1);
    expect(await chat.locator("p").count()).toBe(2);
    await chat.close();
  });

  it("says on the example's page that nothing answers at the address it was given", async () => {
    const chat = await browser.newPage();
    const nobody = `http://127.0.0.1:${await freePort()}`;
    await chat.goto(`${new URL("/chat", page.url()).href}#token=${token}&url=${nobody}`);
    await chat.locator("p").waitFor();
    expect(await chat.locator("p").textContent()).toBe(`Error: Nothing answers at ${nobody}.`);
    await chat.close();
  });

  it("can do nothing that the token does not list", async () => {
    const refused = [
      await ask("/api/sdk/files"),
      await ask(`/api/sdk/p/${DEMO.projectId}/a`),
      await ask("/api/sdk/tokens", { body: { end_user_id: "eve" } }),
      await ask("/api/sdk/keys"),
      await ask("/api/sdk/end-users/ada", { method: "DELETE" }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    const other = await ask(runs(DEMO.projectId, "0".repeat(20)), { body: {} });
    expect([other.status, JSON.parse(other.text)]).toMatchObject([
      404,
      { error: { type: "app_not_found" } },
    ]);
  });

  it("does not see the threads of the project's keys", async () => {
    const made = await fetch(`${server.url}/api/sdk/threads`, {
      method: "POST",
      headers: { Authorization: `Bearer ${DEMO.key}` },
    });
    const { id } = Named.parse(await made.json());
    expect((await ask(`/api/sdk/threads/${id}`)).status).toBe(404);
    expect((await ask("/api/sdk/threads")).text).not.toContain(id);
  });
});
