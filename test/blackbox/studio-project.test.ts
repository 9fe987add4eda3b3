/** The studio's files, knowledge and project in a real browser: what they make, the API has. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { CHROMIUM, Studio } from "../support/open-studio.ts";
import { startReceiver } from "../support/webhook-receiver.ts";

const Keys = z.object({
  keys: z.array(z.object({ name: z.string(), scopes: z.array(z.string()) })),
});

const Started = z.object({
  run: z.object({ run_id: z.string(), usage: z.object({ cost_usd: z.number() }) }),
});

describe.skipIf(CHROMIUM === undefined)("the studio's files, knowledge and project", () => {
  let studio: Studio;

  beforeAll(async () => {
    studio = await Studio.open({
      ALLOW_LOOPBACK: "true",
      MODEL_PRICES: '{"offline": {"input": 1, "output": 100}}',
    });
    await studio.page.goto(studio.link);
    await studio.page.getByText("Demo", { exact: true }).waitFor();
  });
  afterAll(() => studio.close());

  it("uploads a file, shows it, and reads its text", async () => {
    const { page } = studio;
    await studio.goto("/files");
    await page.getByRole("heading", { name: "No files yet" }).waitFor();
    await page.getByLabel("Upload files").setInputFiles({
      name: "notes.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("Bobbin keeps threads."),
    });
    await page
      .getByRole("list", { name: "Files, the newest first" })
      .getByText("notes.txt")
      .click();
    await page.getByText("Bobbin keeps threads.").waitFor();
    expect(await studio.faults()).toEqual([]);
    await page.getByRole("tab", { name: "Extracted text" }).click();
    await page.getByRole("button", { name: "Read the text" }).click();
    await page.getByRole("heading", { name: "Page 1" }).waitFor();
    await page.getByText("Bobbin keeps threads.").waitFor();
    expect(await studio.faults()).toEqual([]);
  });

  it("makes a knowledge base, puts a document in, and finds its passage with a score", async () => {
    const { page } = studio;
    await studio.goto("/knowledge");
    await page.getByLabel("Name of a new one").fill("handbook");
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: "handbook" }).waitFor();
    await page.getByRole("tab", { name: "Add" }).click();
    await page.getByLabel("Id (by default a new one)").fill("refunds");
    await page.getByLabel("Or its text").fill("Refunds take five days.");
    await page.getByRole("button", { name: "Put in" }).click();
    await page.getByText("refunds is in").waitFor();
    expect(await studio.faults()).toEqual([]);
    await page.getByRole("tab", { name: "Search" }).click();
    await page.getByLabel("A question, or some words").fill("How long does a refund take?");
    await page.keyboard.press("Enter");
    await page.getByRole("meter", { name: "Score" }).waitFor();
    expect(await studio.faults()).toEqual([]);
    await page.getByRole("link", { name: "refunds" }).click();
    await page.getByLabel("Text", { exact: true }).getByText("Refunds take five days.").waitFor();
    expect(await studio.faults()).toEqual([]);
    await page.getByRole("link", { name: "Back to handbook" }).click();
    await page.getByRole("tab", { name: "Documents" }).click();
    await page.getByText("1 passages", { exact: true }).waitFor();
    expect(await studio.faults()).toEqual([]);
  });

  it("draws usage, and tells it in words", async () => {
    const { page } = studio;
    await studio.goto("/project");
    await page.locator(".plot canvas").first().waitFor();
    await page.getByText("As a table").first().click();
    const rows = page.getByRole("region", { name: "Runs and errors, as a table" }).getByRole("row");
    expect(await rows.count()).toBeGreaterThan(30);
    expect(await studio.faults()).toEqual([]);
    const { run } = Started.parse(
      await studio.api(`/api/sdk/p/${DEMO.projectId}/a/${DEMO.toolId}/r`, {
        inputs: [{ messages: [{ role: "user", content: "Dear?" }] }],
      }),
    );
    const cost = `$${run.usage.cost_usd}`;
    await page.reload();
    await page.getByRole("region", { name: "Cost" }).getByText("As a table").click();
    await page.getByRole("region", { name: "Cost, as a table" }).getByText(cost).waitFor();
    expect(await studio.faults()).toEqual([]);
    await studio.goto(`/runs/${DEMO.toolId}/${run.run_id}`);
    await page.locator(".facts").getByText(cost).waitFor();
  });

  it("makes a key that is shown once, and revokes it", async () => {
    const { page } = studio;
    await studio.goto("/project/keys");
    await page.getByLabel("Name of a new key").fill("reader");
    await page.getByRole("checkbox", { name: "write" }).click();
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText("it is shown this once").waitFor();
    const { keys } = Keys.parse(await studio.api("/api/sdk/keys"));
    expect(keys.find(({ name }) => name === "reader")?.scopes).toEqual(["read", "run"]);
    expect(await studio.faults()).toEqual([]);
    const row = page.getByRole("listitem").filter({ hasText: "reader" });
    await row.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
    await row.getByText("revoked").waitFor();
  });

  it("mints a token, and talks with the tool as its user", async () => {
    const { page } = studio;
    await studio.goto("/project/tokens");
    await page.getByRole("button", { name: "Mint a token" }).click();
    await page.getByText("Sees 0 threads").waitFor();
    const start = studio.asked.length;
    await page.getByLabel("Message", { exact: true }).fill("Am I user_42?");
    await page.keyboard.press("Enter");
    await page.getByText("You said: Am I user_42?").waitFor();
    const said = studio.asked.slice(start).find((request) => request.url().includes("/ui/v1/"));
    const bearer = (await said?.allHeaders())?.["authorization"];
    expect(bearer).toMatch(/^Bearer eyJ/);
    expect(await studio.faults()).toEqual([]);
  });

  it("adds a webhook, lists what was delivered, and delivers it again", async () => {
    const { page } = studio;
    await studio.goto("/project/webhooks");
    const receiver = await startReceiver();
    onTestFinished(() => receiver.close());
    await page.getByLabel("Address to post to").fill(receiver.url);
    await page.getByRole("button", { name: "Add webhook" }).click();
    receiver.trust(await page.getByText(/^whsec_/).innerText());
    await studio.api(`/api/sdk/p/${DEMO.projectId}/a/${DEMO.toolId}/r`, { inputs: [{}] });
    const deliveries = page.getByRole("list", { name: "Deliveries, the newest first" });
    await deliveries.getByText("run.succeeded").waitFor();
    expect(await studio.faults()).toEqual([]);
    const replayed = page.waitForResponse((reply) => reply.url().endsWith("/replay"));
    await deliveries.getByRole("button", { name: "Deliver again" }).click();
    expect((await replayed).status()).toBe(200);
  });

  it("exports the project as a file", async () => {
    const { page } = studio;
    await studio.goto("/project/export");
    expect(await studio.faults()).toEqual([]);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export the project" }).click();
    expect((await download).suggestedFilename()).toBe(`${DEMO.projectId}.ndjson`);
  });

  it("asks for documented calls alone, and breaks no rule of its policy", async () => {
    expect(await studio.undocumentedCalls()).toEqual([]);
    expect(studio.complaints).toEqual([]);
  });
});
