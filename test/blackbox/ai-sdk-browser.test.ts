/**
 * What networks, reloads and second tabs do to a page with `useChat`, in a real browser and from another
 * origin, with three majors. Skipped where no Chromium is installed.
 */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { ChatPage, type PageSettings, PageSite } from "../ai-sdk/page/chat-page.ts";
import { Bench, chatTool } from "../ai-sdk/programs/bench.ts";
import { SDKS } from "../ai-sdk/programs/majors.ts";
import { CHROMIUM, launchChromium } from "../support/chromium.ts";
import { type CutProxy, openCutProxy } from "../support/cut-proxy.ts";
import { ownServer } from "../support/own-server.ts";

const TEXT = "One two three four five six seven eight nine ten.";
const LOOK_UP = { name: "look_up", parameters: { type: "object", properties: {} }, client: true };
/** A picture of one pixel. */
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const server = ownServer();
let browser: Browser;
let proxy: CutProxy;

describe.skipIf(CHROMIUM === undefined)("in a browser", () => {
  beforeAll(async () => {
    browser = await launchChromium();
    proxy = await openCutProxy(server.url);
  });

  afterAll(async () => {
    await browser.close();
    await proxy.close();
  });

  describe.each(SDKS)("useChat of ai $major", (sdk) => {
    const { major } = sdk;
    let bench: Bench;
    let site: PageSite;
    let slow: string;
    let asking: string;
    let pages: ChatPage[] = [];

    beforeAll(async () => {
      bench = new Bench(sdk, server.url);
      site = await PageSite.open(major);
      slow = await bench.deploy("slow", chatTool({ offline: { text: TEXT, delay_ms: 150 } }));
      const call = { name: "look_up", arguments: { id: 1 } };
      const answering = { offline: { function_call: call, text: "Found." } };
      asking = await bench.deploy("asking", chatTool(answering, { functions: [LOOK_UP] }));
    });

    afterEach(async () => {
      await Promise.all(pages.map((page) => page.close()));
      pages = [];
    });

    afterAll(() => site.close());

    async function open(
      id: string,
      { tool = slow, ...more }: Partial<PageSettings> = {},
    ): Promise<ChatPage> {
      const page = await ChatPage.open(browser, site, {
        bobbin: server.url,
        token: await bench.token(tool),
        parts: String(major),
        id,
        tool,
        ...more,
      });
      pages.push(page);
      return page;
    }

    it("goes on by its cursor after a cut, and has the text once", async () => {
      const page = await open("cut", { bobbin: proxy.url });
      await page.say("Count.");
      await page.shows("One two three");
      proxy.cut();
      await page.alerts.waitFor();
      expect(await page.answers.textContent()).not.toContain(TEXT);
      await page.chat("resumeStream()");
      await page.shows(TEXT);
      await page.isReady();
      expect(await page.texts()).toEqual(["Count.", TEXT]);
      await page.reload();
      await page.isReady();
      expect(await page.texts()).toEqual(["Count.", TEXT]);
    });

    it("answers a function by itself, once", async () => {
      const page = await open("answered", { tool: asking, answers: "12" });
      const posts: string[] = [];
      page.page.on("request", (one) => posts.push(...(one.method() === "POST" ? [one.url()] : [])));
      await page.say("Look it up.");
      await page.shows("Found.");
      await page.isReady();
      // The SDK may post the same outputs twice, where they come as the stream ends: it asks itself
      // at both, whether to send.
      expect(posts.length).toBeGreaterThanOrEqual(2);
      expect(await page.answers.count()).toBe(1);
      expect(await bench.thread(asking, "answered")).toEqual(["Look it up.", "Found."]);
      expect((await bench.runs(asking)).map(({ status }) => status.run)).toEqual(["succeeded"]);
      expect(await page.page.locator("[data-state]").getAttribute("data-state")).toBe(
        "output-available",
      );
    });

    it("answers a function after a reload while it waits", async () => {
      const page = await open("waiting", { tool: asking });
      await page.say("Look it up.");
      await page.page.locator('[data-state="input-available"]').waitFor();
      await page.isReady();
      await page.reload();
      await page.page.waitForFunction("toolCalls.length > 0");
      await page.isReady();
      await page.chat(
        'addToolOutput({ tool: "look_up", toolCallId: toolCalls[0].toolCallId, output: { found: 12 } })',
      );
      await page.shows("Found.");
      await page.isReady();
      expect(await page.texts()).toEqual(["Look it up.", "tool-look_upFound."]);
      expect(await page.page.evaluate("toolCalls.length")).toBe(1);
    });

    it("stops in mid-answer, then edits and answers anew, and has all that after a reload", async () => {
      const page = await open("edited");
      await page.say("Count.");
      await page.shows("One two");
      await page.page.evaluate("stopRun().then(() => chat.stop())");
      await page.isReady();
      const [, partial = ""] = await page.texts();
      expect(partial).toMatch(/^One two/);
      expect(partial).not.toBe(TEXT);
      await page.reload();
      await page.isReady();
      expect(await page.texts()).toEqual(["Count.", partial]);
      await page.chat("regenerate()");
      await page.shows(TEXT);
      await page.isReady();
      expect(await page.texts()).toEqual(["Count.", TEXT]);
      await page.chat('sendMessage({ text: "Count on.", messageId: chat.messages[0].id })');
      await page.page.locator('[data-role="user"]', { hasText: "Count on." }).waitFor();
      await page.shows(TEXT);
      await page.isReady();
      expect(await page.texts()).toEqual(["Count on.", TEXT]);
      await page.reload();
      await page.isReady();
      expect(await page.texts()).toEqual(["Count on.", TEXT]);
    });

    it("follows in a second tab what the first one asks", async () => {
      const first = await open("tabs");
      const second = await open("tabs", { wait: "50" });
      await first.say("Count.");
      await second.shows("One two");
      await second.shows(TEXT);
      expect(await second.page.evaluate("said.map(({ parts }) => parts[0].text)")).toEqual([
        "Count.",
      ]);
      const ids = await Promise.all(
        [first, second].map((tab) => tab.answers.first().getAttribute("id")),
      );
      expect(ids[0]).toBe(ids[1]);
    });

    it("shows a picture that it has sent, after a reload by its address alone", async () => {
      const page = await open("picture");
      const url = `data:image/png;base64,${PIXEL}`;
      const files = [{ type: "file", mediaType: "image/png", filename: "a.png", url }];
      await page.chat(`sendMessage(${JSON.stringify({ text: "Look.", files })})`);
      await page.shows(TEXT);
      await page.reload();
      const image = page.page.getByAltText("a.png");
      await image.waitFor();
      expect(await image.getAttribute("src")).toMatch(/^http.*\/f\//);
      const width = await page.page.evaluate(
        "document.images[0].decode().then(() => document.images[0].naturalWidth)",
      );
      expect(width).toBe(1);
    });
  });
});
