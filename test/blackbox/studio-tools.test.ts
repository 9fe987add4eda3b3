/** The studio's page of tools in a real browser: written, checked as it is written, deployed, tried, rolled back. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { CHROMIUM, Studio } from "../support/open-studio.ts";

describe.skipIf(CHROMIUM === undefined)("the studio's tools", () => {
  let studio: Studio;

  beforeAll(async () => {
    studio = await Studio.openDemo();
  });
  afterAll(() => studio.close());

  /** Puts a text in the place of all that stands in the editor. */
  async function write(text: string): Promise<void> {
    const editor = studio.page.getByRole("textbox", { name: "Definition" });
    await editor.click();
    await studio.page.keyboard.press("Control+a");
    await studio.page.keyboard.insertText(text);
  }

  it("makes a tool", async () => {
    const { page } = studio;
    await studio.goto("/tools/new");
    await page.getByText('"my_tool"').waitFor();
    expect(await studio.faults()).toEqual([]);
    await page.getByRole("button", { name: "Create and deploy" }).click();
    await page.getByRole("heading", { name: "my_tool" }).waitFor();
  });

  it("says where a definition is wrong while it is written, templates included", async () => {
    const { page } = studio;
    await studio.goto(`/tools/${DEMO.toolId}`);
    await page.getByText('"MODEL_CALL"').waitFor();
    expect(await studio.faults()).toEqual([]);
    await write(
      JSON.stringify({
        actions: [
          { name: "INPUT", type: "input" },
          { name: "A", type: "thread", config: { limt: 3 } },
          { name: "B", type: "chat", spec: { messages: "{{ A.messages | nofilter" } },
          { name: "OUTPUT", type: "output", spec: { value: "{{ NOBODY.text }}" } },
        ],
      }),
    );
    const panel = page.getByRole("list", { name: "Problems" });
    await panel.getByText('There is no field "limt"').waitFor();
    await panel.getByText("No action is named NOBODY").waitFor();
    await panel.getByText("line 1 of the template").waitFor();
    expect(await panel.getByRole("listitem").count()).toBe(3);
    expect(await page.locator(".cm-lintRange-error").count()).toBe(3);
  });

  it("proposes the fields and values that the API's schema has at a place", async () => {
    const { page } = studio;
    await studio.goto(`/tools/${DEMO.toolId}`);
    await page.getByText('"MODEL_CALL"').waitFor();
    await write('{"actions": [{"name": "H", "type": "thread", "config": {}}]}');
    for (let step = 0; step < 4; step += 1) {
      await page.keyboard.press("ArrowLeft");
    }
    await page.keyboard.press("Control+Space");
    const proposed = page.locator(".cm-tooltip-autocomplete");
    await proposed.getByText("limit").waitFor();
    expect(await proposed.getByText("provider_id").count()).toBe(0);
  });

  it("deploys, tries what it deployed, shows what changed and rolls back", async () => {
    const { page } = studio;
    await studio.goto(`/tools/${DEMO.toolId}`);
    await page.getByText('"MODEL_CALL"').waitFor();
    await write(
      JSON.stringify({
        actions: [
          { name: "INPUT", type: "input" },
          { name: "OUTPUT", type: "output", spec: { value: "Version two speaks." } },
        ],
      }),
    );
    await page.getByRole("button", { name: "Deploy live" }).click();
    await page.getByText("live v2").first().waitFor();
    await page.getByRole("button", { name: "Run v2" }).click();
    await page.getByLabel("Result").getByText("Version two speaks.").waitFor();
    await page.getByRole("link", { name: "Versions" }).click();
    await page.locator(".cm-deletedChunk").first().waitFor();
    expect(await studio.faults()).toEqual([]);
    await page.getByRole("button", { name: "Roll back to v1" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Roll back to v1" }).click();
    await page.getByText("live v1").waitFor();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByLabel("Description").fill("Says little.");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved").waitFor();
    expect(await studio.faults()).toEqual([]);
  });

  it("says in the editor what the server refuses", async () => {
    const { page } = studio;
    await studio.goto(`/tools/${DEMO.toolId}`);
    await page.getByRole("textbox", { name: "Definition" }).waitFor();
    await write(
      '{"actions": [{"name": "OUTPUT", "type": "output"}, {"name": "INPUT", "type": "input"}]}',
    );
    await page.getByRole("button", { name: "Deploy", exact: true }).click();
    await page.getByRole("alert").waitFor();
    const problems = page.getByRole("list", { name: "Problems" });
    await problems.getByText("INPUT").first().waitFor();
    expect(await page.locator(".cm-lintRange-error").count()).toBeGreaterThan(0);
  });

  it("asks for documented calls alone, and breaks no rule of its policy", async () => {
    expect(await studio.undocumentedCalls()).toEqual([]);
    expect(studio.complaints).toEqual([]);
  });
});
