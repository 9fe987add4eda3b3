/**
 * The studio in a real browser against a real server, as `npm start` serves it: each page does its
 * work by documented calls alone, breaks no rule of axe-core, fits a phone, and the key stays where it
 * belongs. Skipped, but for its size, where no Chromium is installed.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { keptStudio } from "../../scripts/local/keep-studio.ts";
import { root } from "../../scripts/local/settings.ts";
import { writeApiTypes } from "../../scripts/studio/api-types.ts";
import { usedCalls } from "../../scripts/studio/used-calls.ts";
import { UNTRUSTED_DOMAIN } from "../support/chromium.ts";
import { CHROMIUM, Studio } from "../support/open-studio.ts";

const MAX_FIRST_GZIP_BYTES = 250 * 1024;
const TOOL = `/api/sdk/p/${DEMO.projectId}/a/${DEMO.toolId}`;

const Named = z.object({ id: z.string() });
const Made = z.object({ tool: z.object({ id: z.string() }) });
const Started = z.object({ run: z.object({ run_id: z.string() }) });
it("loads at most 250 KiB, compressed, before the first page's own", () => {
  const folder = path.join(keptStudio(), "studio");
  const html = readFileSync(path.join(folder, "index.html"), "utf8");
  const files = [...html.matchAll(/(?:src|href)="\/studio\/(assets\/[^"]+)"/g)].map(
    ([, file = ""]) => file,
  );
  const bytes = files.map((file) => gzipSync(readFileSync(path.join(folder, file))).length);
  expect(files.some((file) => file.endsWith(".css"))).toBe(true);
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_FIRST_GZIP_BYTES);
  expect(html).not.toMatch(/<script(?![^>]*src=)/);
  const scripts = files.map((file) => readFileSync(path.join(folder, file), "utf8")).join("");
  expect(scripts, "React's development build").not.toContain("React DevTools");
});

describe.skipIf(CHROMIUM === undefined)("the studio", () => {
  let studio: Studio;
  let page: Page;

  beforeAll(async () => {
    studio = await Studio.open();
    page = studio.page;
  });
  afterAll(() => studio.close());

  async function makeThread(body: object = {}): Promise<string> {
    return Named.parse(await studio.api("/api/sdk/threads", body)).id;
  }

  it("asks for a key, and says what is wrong with one", async () => {
    await studio.goto("/");
    await page.getByRole("heading", { name: "Sign in to a project" }).waitFor();
    expect(await studio.faults()).toEqual([]);
    await page.getByLabel("API key").fill("sk-nobody's");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This key is not known here").waitFor();
    await page.getByLabel("API key").fill(DEMO.key);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Demo", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in to a project" }).waitFor();
  });

  it("is opened by the link that the server prints, which no request repeats", async () => {
    await page.goto(studio.link);
    await page.getByText("Demo", { exact: true }).waitFor();
    expect(page.url()).not.toContain(DEMO.key);
    expect(
      studio.asked.map((request) => request.url()).filter((url) => url.includes(DEMO.key)),
    ).toEqual([]);
    await page.reload();
    await page.getByText("Demo", { exact: true }).waitFor();
  });

  it("goes anywhere by ⌘K", async () => {
    const id = await makeThread({ metadata: { title: "Found by the palette" } });
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("A page, a tool").waitFor();
    expect(await studio.faults()).toEqual([]);
    await page.keyboard.type(id);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/studio/threads/${id}`);
  });

  it("says what to do where there is no such page or thread", async () => {
    await studio.goto("/nowhere");
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    await studio.goto("/threads/nothing");
    await page.getByText("It is not there, or not any more").waitFor();
    expect(await studio.faults()).toEqual([]);
  });

  it("lists threads, searches their messages and narrows them by metadata", async () => {
    await makeThread({
      metadata: { customer: "c-7" },
      messages: [{ role: "user", content: "Where is my zeppelin?" }],
    });
    await makeThread({ metadata: { customer: "c-8", title: "Another one" } });
    await studio.goto("/threads");
    const list = page.getByRole("list", { name: "Threads, the newest first" });
    await list.getByText("Another one").waitFor();
    await page.getByLabel("Search in messages").fill("zeppelin");
    await page.keyboard.press("Enter");
    await list.getByText("Another one").waitFor({ state: "detached" });
    await list.getByText("customer: c-7").waitFor();
    expect(await list.getByRole("link").count()).toBe(1);
    await studio.goto("/threads?name=customer&value=c-8");
    await list.getByText("Another one").waitFor();
    expect(await list.getByRole("link").count()).toBe(1);
    await page.getByRole("button", { name: "Clear all filters" }).click();
    await list.getByText("customer: c-7").waitFor();
    expect(await studio.faults()).toEqual([]);
  });

  it("shows a thread's messages, and follows it as it goes on", async () => {
    const id = await makeThread({
      messages: [
        { role: "user", content: "**Bold** [out](javascript:alert(1)) ![p](https://x.test/p.png)" },
        { role: "user", content: "$$E = mc^2$$ $$\\href{javascript:alert(1)}{x}$$" },
      ],
    });
    await studio.goto(`/threads/${id}`);
    const bold = page.locator("strong, [data-streamdown=strong]").getByText("Bold");
    await bold.waitFor();
    const styled = '[data-streamdown="strong"], .markdown strong';
    const weight = await page.evaluate(
      `getComputedStyle(document.querySelector('${styled}')).fontWeight`,
    );
    expect(Number(weight)).toBeGreaterThan(500);
    expect(await page.locator(".messages a[href^=javascript], .messages img").count()).toBe(0);
    await page.locator(".katex math mi", { hasText: "E" }).first().waitFor();
    await page.getByText("Live").waitFor();
    const config = { MODEL_CALL: { offline: { delay_ms: 20 } } };
    await studio
      .api(`${TOOL}/r`, { thread_id: id, stream: true, blocking: false, config })
      .catch(() => null);
    await page.getByText("so I can only repeat").waitFor();
    await page.getByRole("link", { name: "Run", exact: true }).waitFor();
    expect(await page.getByText("so I can only repeat").count()).toBe(1);
    expect(await studio.faults()).toEqual([]);
  });

  it("shows a run's actions, replies, result and events, and runs it again", async () => {
    const started = Started.parse(
      await studio.api(`${TOOL}/r`, {
        inputs: [{ messages: [{ role: "user", content: "Twice?" }] }],
      }),
    );
    await studio.goto(`/runs/${DEMO.toolId}?state=errored`);
    await page.getByRole("heading", { name: "No runs here" }).waitFor();
    await studio.goto(`/runs/${DEMO.toolId}/${started.run.run_id}`);
    const actions = page.locator(".actions");
    await actions.getByText("MODEL_CALL").click();
    await actions.getByText("so I can only repeat").first().waitFor();
    expect(await studio.faults()).toEqual([]);
    await page.getByRole("tab", { name: "Replies of models" }).click();
    await page.getByText("so I can only repeat").waitFor();
    await page.getByRole("tab", { name: "Events" }).click();
    await page.getByText('{"type":"final","content":null}').waitFor();
    expect(await studio.faults()).toEqual([]);
    await page.getByRole("button", { name: "Run again" }).click();
    await page.waitForURL((url) => !url.href.includes(started.run.run_id));
    await page.getByRole("status").getByText("Succeeded").waitFor();
  });

  it("draws when a run's parts began, and what it waited for", async () => {
    const functions = [{ name: "look_up", client: true, parameters: { type: "object" } }];
    const offline = { function_call: { name: "look_up", arguments: {} }, text: "Found." };
    const { run } = Started.parse(
      await studio.api(`${TOOL}/r`, {
        blocking: false,
        config: { MODEL_CALL: { functions, offline, use_stream: true } },
      }),
    );
    await studio.goto(`/runs/${DEMO.toolId}/${run.run_id}`);
    await page.getByLabel("Output of look_up").fill("twelve");
    await page.locator(".parts").getByText("waited for look_up").waitFor();
    await page.waitForTimeout(500);
    await page.getByRole("button", { name: "Hand in" }).click();
    await page.getByRole("status").getByText("Succeeded").waitFor();
    await page.locator(".parts").getByText("said").waitFor();
    const times = page.locator(".times");
    expect(await times.textContent()).toMatch(/Took.*In the queue.*First token/);
    const left = async (name: string) =>
      (await page.locator(".lane", { hasText: name }).locator(".bar").first().boundingBox())?.x ??
      0;
    expect(await left("said")).toBeGreaterThan((await left("waited for look_up")) + 50);
    expect(await studio.faults()).toEqual([]);
  });

  it("draws an action as long as those inside it", async () => {
    const ask = {
      name: "ASK",
      type: "model",
      spec: { prompt: "Slowly" },
      config: { provider_id: "offline", offline: { delay_ms: 20 }, use_stream: true },
    };
    const made = Made.parse(
      await studio.api(`/api/sdk/p/${DEMO.projectId}/a`, {
        name: "mapper",
        actions: [
          { name: "INPUT", type: "input" },
          { name: "EACH", type: "map", spec: { over: [1, 2] }, actions: [ask] },
          { name: "OUTPUT", type: "output" },
        ],
      }),
    );
    const tool = `/api/sdk/p/${DEMO.projectId}/a/${made.tool.id}`;
    const { run } = Started.parse(await studio.api(`${tool}/r`, {}));
    await studio.goto(`/runs/${made.tool.id}/${run.run_id}`);
    const widthOf = async (name: string) =>
      (await page.locator(".lane", { hasText: name }).locator(".bar").first().boundingBox())
        ?.width ?? 0;
    await page.locator(".lane", { hasText: "ASK" }).waitFor();
    await expect.poll(() => widthOf("EACH")).toBeGreaterThan(50);
    expect(await widthOf("EACH")).toBeGreaterThanOrEqual(await widthOf("ASK"));
  });

  it("stops a run that is at work", async () => {
    const config = { MODEL_CALL: { offline: { delay_ms: 500 } } };
    const { run } = Started.parse(await studio.api(`${TOOL}/r`, { blocking: false, config }));
    await studio.goto(`/runs/${DEMO.toolId}/${run.run_id}`);
    await page.getByRole("button", { name: "Stop the run" }).click();
    await page.getByRole("status").getByText("Failed").waitFor();
    await page.getByRole("button", { name: "Stop the run" }).waitFor({ state: "detached" });
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  it("chats with a tool, word by word, keeps what was said, and answers anew", async () => {
    await studio.goto("/chat");
    await page.getByRole("heading", { name: "Say something" }).waitFor();
    expect(await studio.faults()).toEqual([]);
    await page.getByLabel("Message", { exact: true }).fill("Good morning");
    await page.keyboard.press("Enter");
    await page.getByText("You said: Good morning").waitFor();
    await page.getByRole("button", { name: "Answer again" }).click();
    await page.getByRole("button", { name: "Stop" }).waitFor({ state: "detached" });
    await page.getByText("You said: Good morning").waitFor();
    expect(await page.locator(".message").count()).toBe(2);
    expect(await studio.faults()).toEqual([]);
    await page.reload();
    await page.getByText("You said: Good morning").waitFor();
    expect(await page.locator(".message").count()).toBe(2);
  });

  it("goes on with an answer after a reload, and shows it in a second window", async () => {
    await studio.goto("/chat");
    await studio.configureChat('{"MODEL_CALL": {"offline": {"delay_ms": 400}}}');
    await page.getByLabel("Message", { exact: true }).fill("Slowly, please");
    await page.keyboard.press("Enter");
    await page.locator(".message.assistant").getByText("I am").waitFor();
    const other = await page.context().newPage();
    await page.reload();
    await page.locator(".message.assistant").getByText("I am").waitFor();
    await page.getByText("You said: Slowly, please").waitFor();
    expect(await page.locator(".message").count()).toBe(2);
    await other.goto(studio.link);
    await other.getByText("Demo", { exact: true }).waitFor();
    await other.goto(page.url());
    await other.getByText("You said: Slowly, please").waitFor();
    await page.getByLabel("Message", { exact: true }).fill("Heard over there?");
    await page.keyboard.press("Enter");
    await other.getByText("You said: Heard over there?").waitFor();
    expect(await other.locator(".message").count()).toBe(4);
    await other.close();
  });

  it("takes files, and an edited message in the place of the old one", async () => {
    await studio.goto("/chat");
    await page.getByLabel("Files to attach").setInputFiles({
      name: "notes.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("Bobbin keeps spools."),
    });
    await page.getByLabel("Message", { exact: true }).fill("Read this");
    await page.keyboard.press("Enter");
    await page.locator(".message.assistant").getByText("Bobbin keeps spools.").waitFor();
    expect(await studio.faults()).toEqual([]);
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("The message, anew").fill("Read it again");
    await page.keyboard.press("Enter");
    await page.locator(".message.assistant").getByText("You said: Read it again").waitFor();
    expect(await page.locator(".message").count()).toBe(2);
  });

  it("answers a function of the client by hand, also after a reload", async () => {
    await studio.goto("/chat");
    const functions = [{ name: "look_up", client: true, parameters: { type: "object" } }];
    const offline = { function_call: { name: "look_up", arguments: { id: 1 } }, text: "Found." };
    await studio.configureChat(JSON.stringify({ MODEL_CALL: { functions, offline } }));
    await page.getByLabel("Message", { exact: true }).fill("Look it up");
    await page.keyboard.press("Enter");
    await page.getByLabel("Output of look_up").waitFor();
    await page.reload();
    const output = page.getByLabel("Output of look_up");
    await output.fill("twelve");
    expect(await studio.faults()).toEqual([]);
    await page.getByRole("button", { name: "Hand in" }).click();
    await page.locator(".message.assistant").getByText("Found.").waitFor();
    expect(await page.locator(".message").count()).toBe(2);
    expect(await output.count()).toBe(0);
  });

  it("works by plain HTTP from another machine, where browsers keep parts of themselves back", async () => {
    // Apart from the others: of another origin, it asks what they may not.
    const apart = await page.context().browser()?.newContext();
    const other = (await apart?.newPage()) ?? page;
    const origin = studio.server.url.replace("127.0.0.1", `bobbin.${UNTRUSTED_DOMAIN}`);
    await other.goto(studio.link.replace(studio.server.url, origin));
    await other.getByText("Demo", { exact: true }).waitFor();
    expect(await other.evaluate("isSecureContext")).toBe(false);
    await other.getByRole("link", { name: "Chat", exact: true }).click();
    await other.getByLabel("Message", { exact: true }).fill("Over the wire");
    await other.keyboard.press("Enter");
    await other.getByText("You said: Over the wire").waitFor();
    await other.getByRole("link", { name: "As a thread" }).click();
    await other.getByRole("button", { name: "Copy" }).first().click();
    await other.getByLabel("Search in messages").focus();
    await other.keyboard.press("Control+v");
    expect(other.url()).toContain(await other.getByLabel("Search in messages").inputValue());
    expect(await other.getByLabel("Search in messages").inputValue()).toMatch(/^chat-/);
    await apart?.close();
  });

  it("asks the API for nothing that its document does not name", async () => {
    expect(studio.asked.length).toBeGreaterThan(10);
    expect(await studio.undocumentedCalls()).toEqual([]);
    const document: unknown = await (await fetch(`${studio.server.url}/openapi.json`)).json();
    const types = readFileSync(path.join(root, "studio/api/calls.gen.ts"), "utf8");
    expect(writeApiTypes(document, usedCalls()), "npm run studio:types").toBe(types);
  });

  it("breaks no rule of its own security policy, and throws nothing", () => {
    expect(studio.complaints).toEqual([]);
  });
});
