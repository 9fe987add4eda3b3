/** Citations in the studio's chat and threads: each opens the passage that it quotes, and says where it stands. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { CHROMIUM, Studio } from "../support/open-studio.ts";
import { pdfOfPages } from "../support/pdf-file.ts";

const Uploaded = z.object({ fileId: z.string() });
const Named = z.object({ id: z.string() });

/** Far longer than a passage each, so that one in their midst says nothing of its page. */
const PAGES = ["harbour", "lighthouse"].map((subject) =>
  Array.from({ length: 45 }, (_, line) =>
    subject === "lighthouse" && line === 30
      ? "The walrus winds the clock of the lamp at dusk, and nobody else may touch it."
      : `Line ${line} tells of the ${subject}, of its keepers and of the boats that pass it by.`,
  ),
);

const CONFIG = {
  MODEL_CALL: {
    knowledge: ["handbook"],
    offline: {
      function_call: { name: "file_search", arguments: { query: "walrus zeppelins" } },
      text: "It winds the clock 【1:1†lamp.pdf】, and they leave at noon 【1:0†rule】. See 【7:7†none】.",
    },
  },
};

describe.skipIf(CHROMIUM === undefined)("the studio's citations", () => {
  let studio: Studio;

  beforeAll(async () => {
    studio = await Studio.openDemo();
    const knowledge = `/api/sdk/p/${DEMO.projectId}/knowledge`;
    await studio.api(knowledge, { name: "handbook" });
    const form = new FormData();
    form.set("file", new File([pdfOfPages(PAGES)], "lamp.pdf", { type: "application/pdf" }));
    const reply = await fetch(`${studio.server.url}/api/sdk/files`, {
      method: "POST",
      headers: { Authorization: `Bearer ${DEMO.key}` },
      body: form,
    });
    const { fileId } = Uploaded.parse(await reply.json());
    await studio.api(`${knowledge}/handbook/d/lamp`, { file_id: fileId }, "PUT");
    await studio.api(`${knowledge}/handbook/d/rule`, { text: "Zeppelins leave at noon." }, "PUT");
  });
  afterAll(() => studio.close());

  async function openCitations(): Promise<void> {
    const { page } = studio;
    const answer = page.locator(".message.assistant");
    await answer.getByRole("button", { name: "Passage 2, of rule" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Zeppelins leave at noon.").waitFor();
    await dialog.getByText("Document rule").waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await answer.getByRole("button", { name: "Passage 1, of lamp.pdf" }).click();
    await dialog.getByText("The walrus winds the clock").waitFor();
    await dialog.getByRole("link", { name: "Open the file at page 2" }).waitFor();
    expect(await dialog.getByRole("button", { name: "Find its page" }).count()).toBe(0);
    expect(await studio.faults()).toEqual([]);
    await page.keyboard.press("Escape");
    // What the search gave, unlike the text, shows its marks as they are.
    expect((await answer.locator(".markdown").allTextContents()).join()).not.toContain("【");
    await answer.getByText("[3]").waitFor();
  }

  it("open the passage in a chat, whose sources have the same", async () => {
    const { page } = studio;
    await studio.goto("/chat");
    await studio.configureChat(JSON.stringify(CONFIG));
    await page.getByLabel("Message", { exact: true }).fill("Who winds it?");
    await page.keyboard.press("Enter");
    await openCitations();
    const source = page.locator(".message.assistant details", { hasText: "lamp.pdf · 1 passage" });
    await source.locator("summary").click();
    await source.getByText("The walrus winds the clock").waitFor();
    expect(await studio.faults()).toEqual([]);
    await page.reload();
    await page.getByRole("button", { name: "Passage 1, of lamp.pdf" }).waitFor();
  });

  it("open it on a thread, and lead to the page of the file", async () => {
    const { page } = studio;
    const thread = Named.parse(
      await studio.api("/api/sdk/threads", { messages: [{ role: "user", content: "Who?" }] }),
    );
    await studio.api(`/api/sdk/p/${DEMO.projectId}/a/${DEMO.toolId}/r`, {
      thread_id: thread.id,
      config: CONFIG,
    });
    await studio.goto(`/threads/${thread.id}`);
    await openCitations();
    await page.getByRole("button", { name: "Passage 1, of lamp.pdf" }).click();
    await page.getByRole("link", { name: "Open the file at page 2" }).click();
    await page.locator("iframe.pdf[src$='#page=2']").waitFor();
    expect(studio.complaints).toEqual([]);
  });
});
