/** /docs in a real browser: chapters and calls in one list, one search, samples, a call tried on the page. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { CHROMIUM, Studio } from "../support/open-studio.ts";

let browser: Studio;

/** A part of the page, shown as by a link to it. */
async function open(part: string): Promise<void> {
  const { page, server } = browser;
  await page.goto("about:blank");
  await page.goto(`${server.url}/docs#${part}`);
  await page.locator(`[id="api-1/${part}"]`).waitFor();
}

beforeAll(async () => {
  if (CHROMIUM !== undefined) {
    browser = await Studio.open();
  }
});
afterAll(() => browser?.close());

describe.skipIf(CHROMIUM === undefined)("/docs", () => {
  it.each(["tag/guide-streams", "tag/threads", "tag/assistants", "tag/metorial-threads"])(
    "shows %s to every reader, on a desktop and on a phone, by day and by night",
    async (part) => {
      for (const colorScheme of ["light", "dark"] as const) {
        await browser.page.emulateMedia({ colorScheme });
        await open(part);
        expect([colorScheme, ...(await browser.faults())]).toEqual([colorScheme]);
      }
    },
  );

  it("finds a chapter by what stands in it, and a call by what it does", async () => {
    const { page } = browser;
    await open("tag/guide-streams");
    for (const [words, title] of [
      ["withdrawn", "Streams"],
      ["list threads", "List threads"],
    ] as const) {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: /search/i }).fill(words);
      const found = page.getByRole("option").filter({ hasText: title }).first();
      await found.waitFor();
      expect(await found.isVisible()).toBe(true);
      await page.keyboard.press("Escape");
    }
  });

  it("has the samples of the document and no others, and sends a call with the reader's key", async () => {
    const { page } = browser;
    await open("tag/threads/POST/api/sdk/threads");
    const call = page.locator('[id="api-1/tag/threads/POST/api/sdk/threads"]');
    await call.getByText("$KEY").first().waitFor();
    await call.getByRole("button", { name: "curl" }).click();
    await page.getByRole("option", { name: "Python" }).click();
    await call.getByText("requests.post").waitFor();
    await call.getByRole("button", { name: /Test Request/ }).click();
    const answered = page.waitForResponse((reply) => reply.request().method() === "POST");
    await page.getByRole("button", { name: /^Send/ }).first().click();
    const reply = await answered;
    expect([new URL(reply.url()).pathname, reply.status()]).toEqual(["/api/sdk/threads", 200]);
  });

  it("asks no host but its own, and breaks no rule of its policy", () => {
    const hosts = browser.asked.map((request) => new URL(request.url()).host);
    expect(
      [...new Set(hosts)].filter((host) => host !== "" && !browser.server.url.includes(host)),
    ).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });
});
