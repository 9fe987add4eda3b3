/**
 * The pages at / and /docs in a real browser: the live demo; chapters and calls in one list, one search,
 * samples, a call tried on the page.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
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

describe.skipIf(CHROMIUM === undefined)("the demo at /", () => {
  it("answers as it comes, and keeps what was said over a reload", async () => {
    const { page, server } = browser;
    await page.goto(server.url);
    expect(await browser.faults()).toEqual([]);
    await page.getByLabel("Message").fill("Is this live?");
    await page.keyboard.press("Enter");
    const answer = page.locator("#said .assistant");
    await answer.getByText("You said: Is this live?").waitFor();
    const whole = await answer.textContent();
    await page.reload();
    await answer.getByText("You said: Is this live?").waitFor();
    expect(await page.locator("#said > div").count()).toBe(2);
    expect(await answer.textContent()).toBe(whole);
    expect(await browser.faults()).toEqual([]);
  });

  it("talks by a token of the owner's backend where it is told of one", async () => {
    const { page, server } = browser;
    const tokens = `${server.url}/a-backend`;
    await page.route(`${server.url}/`, async (route) => {
      const reply = await route.fetch();
      const body = (await reply.text()).replace(/data-key="[^"]*"/, `data-tokens="${tokens}"`);
      await route.fulfill({ response: reply, body });
    });
    await page.route(tokens, async (route) => {
      const asked = { end_user_id: "visitor", tools: [DEMO.toolId] };
      await route.fulfill({ json: await browser.api("/api/sdk/tokens", asked) });
    });
    await page.goto(`${server.url}/`);
    await page.evaluate("sessionStorage.clear()");
    await page.reload();
    await page.getByLabel("Message").fill("As a visitor");
    await page.keyboard.press("Enter");
    await page.locator("#said .assistant").getByText("You said: As a visitor").waitFor();
    expect(browser.complaints).toEqual([]);
    await page.unrouteAll();
  });
});

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

  it("goes to each heading that a chapter's link names", async () => {
    const { page, server } = browser;
    const chapters = z
      .array(z.object({ tag: z.string(), markdown: z.string() }))
      .parse(await (await fetch(`${server.url}/docs/chapters.json`)).json());
    const linked = chapters.flatMap(({ markdown }) => [
      ...markdown.matchAll(/\]\(#tag\/([^)]+)\/description\/([^)]+)\)/g),
    ]);
    const places = new Map(linked.map(([, tag = "", slug = ""]) => [slug, tag]));
    expect(places.size).toBeGreaterThan(3);
    for (const [slug, tag] of places) {
      const text = chapters.find((chapter) => chapter.tag === tag)?.markdown ?? "";
      const title = [...text.matchAll(/^##+ (.+)$/gm)]
        .map(([, one = ""]) => one.replaceAll("`", ""))
        .find((one) => one.toLowerCase().replaceAll(/\s/g, "-") === slug);
      expect([slug, title]).toEqual([slug, expect.any(String)]);
      await page.goto("about:blank");
      await page.goto(`${server.url}/docs#tag/${tag}/description/${slug}`);
      const heading = page.locator("h2, h3", { hasText: new RegExp(`^\\s*${title}\\s*$`) });
      await heading.waitFor();
      const isInView = async () => Math.abs((await heading.boundingBox())?.y ?? Infinity) < 400;
      await expect.poll(isInView, { timeout: 10_000 }).toBe(true);
    }
    await open("tag/guide-changelog");
  });

  it("asks no host but its own, and breaks no rule of its policy", () => {
    const hosts = browser.asked.map((request) => new URL(request.url()).host);
    expect(
      [...new Set(hosts)].filter((host) => host !== "" && !browser.server.url.includes(host)),
    ).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });
});
