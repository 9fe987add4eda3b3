/** An answer of 10 000 tokens of Markdown, as the studio shows it while it is written. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { longestTask } from "../support/main-thread.ts";
import { CHROMIUM, Studio } from "../support/open-studio.ts";

const TOKENS = 10_000;
/** Twice what is felt (https://www.w3.org/TR/longtasks-1/): 14 to 30 on a quiet machine, 52 on a busy one. */
const LONG_TASK_MS = 100;
/** Of CLS, whose good is 0.1: once in a while a line goes that turns out to be the head of a table. */
const MAX_SHIFT = 0.02;

const PART = `## A part

The **quick** fox and \`its code\` are told [here](https://example.com) with enough words for a line.

- one item
- another, with **bold** words

| a | b |
|---|---|
| 1 | 2 |

\`\`\`js
const x = f(1, 2);
function f(a, b) { return a + b; }
\`\`\`

`;
/** The provider tells a word and the space behind it at a time. */
const TEXT = PART.repeat(Math.ceil(TOKENS / PART.split(/(?<=\s)/).length));
const CONFIG = {
  MODEL_CALL: { max_tokens: 2 * TOKENS, offline: { text: TEXT, delay_ms: 1 }, use_stream: true },
};

const HEADING = ".message.assistant h2";

const WATCH_SHIFTS = `
  window.shifted = 0;
  new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (window.shifted += value)))
    .observe({ type: "layout-shift" });
`;

describe.skipIf(CHROMIUM === undefined)("the studio while an answer streams", () => {
  let studio: Studio;

  beforeAll(async () => {
    studio = await Studio.openDemo();
  });
  afterAll(() => studio.close());

  it("draws it in a chat, in short tasks, and moves nothing that stands", async () => {
    const { page } = studio;
    await studio.goto("/chat");
    await studio.configureChat(JSON.stringify(CONFIG));
    await page.getByLabel("Message", { exact: true }).fill("At length");
    await page.evaluate(WATCH_SHIFTS);
    const longest = await longestTask(page, async () => {
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Answer again" }).waitFor({ timeout: 120_000 });
    });
    expect(await page.locator(HEADING).count()).toBe(TEXT.split("##").length - 1);
    expect(await page.evaluate("window.shifted")).toBeLessThan(MAX_SHIFT);
    expect(longest).toBeLessThan(LONG_TASK_MS);
  });

  it("draws it on a thread that is followed, and keeps what is drawn when it is a message", async () => {
    const { page } = studio;
    const thread = z
      .object({ id: z.string() })
      .parse(await studio.api("/api/sdk/threads", { messages: [{ role: "user", content: "Hi" }] }));
    await studio.goto(`/threads/${thread.id}`);
    await page.getByText("Live").waitFor();
    await page.evaluate(WATCH_SHIFTS);
    const longest = await longestTask(page, async () => {
      await studio.api(`/api/sdk/p/${DEMO.projectId}/a/${DEMO.toolId}/r`, {
        thread_id: thread.id,
        blocking: false,
        config: CONFIG,
      });
      await page.locator(HEADING).first().waitFor();
      await page.evaluate(`window.first = document.querySelector("${HEADING}")`);
      await page.getByRole("link", { name: "Run", exact: true }).waitFor({ timeout: 120_000 });
    });
    expect(await page.locator(HEADING).count()).toBe(TEXT.split("##").length - 1);
    expect(await page.evaluate("window.first.isConnected")).toBe(true);
    expect(await page.evaluate("window.shifted")).toBeLessThan(MAX_SHIFT);
    expect(longest).toBeLessThan(LONG_TASK_MS);
  });
});
