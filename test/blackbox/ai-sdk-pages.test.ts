/**
 * The example's page in a real browser, from another origin, with `useChat` of three majors: it streams,
 * takes an answer up after a reload, stops, and shows files. Skipped where no Chromium is installed.
 */
import { readFile } from "node:fs/promises";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { root } from "../../scripts/local/settings.ts";
import { bundle } from "../ai-sdk/page/chat-page.ts";
import { Bench, chatTool } from "../ai-sdk/programs/bench.ts";
import { SDKS } from "../ai-sdk/programs/majors.ts";
import { CHROMIUM, launchChromium } from "../support/chromium.ts";
import { ownServer } from "../support/own-server.ts";

const TEXT = "One two three four five six seven eight nine ten.";
/** A picture of one pixel. */
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const EXAMPLE = path.join(root, "examples/chat-page");

const server = ownServer();

describe.skipIf(CHROMIUM === undefined).each(SDKS)("a page with useChat of ai $major", (sdk) => {
  const { major } = sdk;
  let bench: Bench;
  let site: Server;
  let browser: Browser;
  let page: Page;
  let tool: string;

  beforeAll(async () => {
    bench = new Bench(sdk, server.url);
    tool = await bench.deploy("page", chatTool({ offline: { text: TEXT, delay_ms: 100 } }));
    const [html, script, token] = await Promise.all([
      readFile(path.join(EXAMPLE, "index.html"), "utf8"),
      bundle(path.join(EXAMPLE, "chat.jsx"), major),
      bench.token(tool),
    ]);
    const replies = new Map([
      ["/chat.jsx", { type: "text/javascript", body: script }],
      ["/token", { type: "application/json", body: JSON.stringify({ token }) }],
    ]);
    site = createServer(({ url = "" }, response) => {
      const reply = replies.get(url) ?? { type: "text/html", body: html };
      response.setHeader("Content-Type", reply.type).end(reply.body);
    });
    await new Promise<void>((resolve) => void site.listen(0, "127.0.0.1", resolve));
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser.close();
    site.close();
  });

  beforeEach(async () => {
    page = await browser.newPage();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
    const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    const settings = { backend: origin, bobbin: server.url, tool, parts: String(major) };
    await page.goto(`${origin}/?${new URLSearchParams(settings).toString()}`);
  });

  afterEach(() => page.close());

  const answers = () => page.locator('[data-role="assistant"]');

  async function say(text: string): Promise<void> {
    await page.getByLabel("Message").fill(text);
    await page.getByText("Send").click();
  }

  const isReady = () => page.locator('[data-status="ready"]').waitFor();

  it("streams, and goes on after a reload in mid-answer with one whole message", async () => {
    await say("Count.");
    await answers().filter({ hasText: "One two" }).waitFor();
    await page.reload();
    await answers().filter({ hasText: TEXT }).waitFor();
    await isReady();
    expect(await answers().allTextContents()).toEqual([expect.stringContaining(TEXT)]);
    expect(await page.locator('[data-role="user"]').count()).toBe(1);
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  it("stops in mid-answer, has the beginning after a reload, and answers the next turn", async () => {
    await say("Count.");
    await answers().filter({ hasText: "One two" }).waitFor();
    await page.getByText("Stop").click();
    await isReady();
    await page.reload();
    await answers().filter({ hasText: "One two" }).waitFor();
    expect(await answers().first().textContent()).not.toContain(TEXT);
    await say("And again?");
    await answers().nth(1).filter({ hasText: TEXT }).waitFor();
    expect(await answers().count()).toBe(2);
  });

  it("says which server does not answer", async () => {
    const silent = "http://127.0.0.1:9";
    await page.goto(`${new URL(page.url()).origin}/?backend=${silent}`);
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toContain(`${silent}/token does not answer as it should: `);
  });

  it("shows a picture by its address alone, from another origin", async () => {
    const chat = await bench.chat({ id: `picture-${major}`, tool });
    const url = `data:image/png;base64,${PIXEL}`;
    const files = [{ type: "file" as const, mediaType: "image/png", filename: "a.png", url }];
    await chat.sendMessage({ text: "Look", files });
    const [message] = await bench.loaded(tool, `picture-${major}`);
    const [file] = message?.parts ?? [];
    await page.setContent(`<img src="${file?.type === "file" ? file.url : ""}" />`);
    const width = await page.evaluate(
      "document.images[0].decode().then(() => document.images[0].naturalWidth)",
    );
    expect(width).toBe(1);
  });
});
