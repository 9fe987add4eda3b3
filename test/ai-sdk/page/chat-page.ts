/** The page as a browser has it, from another origin than the server's, and what a test asks of it. */
import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";

import type { Sdk } from "../programs/majors.ts";

const HTML =
  '<!doctype html><title>Chat</title><div id="root"></div><script type="module" src="/page.js"></script>';

/** A script with the packages of one major. */
export async function bundle(script: string, major: Sdk["major"]): Promise<string> {
  const alias: Record<string, string> =
    major === 7 ? {} : { "@ai-sdk/react": `ai-sdk-react-${major}`, ai: `ai-${major}` };
  const built = await build({
    entryPoints: [script],
    bundle: true,
    write: false,
    format: "esm",
    jsx: "automatic",
    target: "es2022",
    define: { "process.env.NODE_ENV": '"production"' },
    alias,
    logLevel: "error",
  });
  return built.outputFiles[0]?.text ?? "";
}

/** Serves the page of one major. */
export class PageSite {
  readonly origin: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(major: Sdk["major"]): Promise<PageSite> {
    const script = await bundle(path.join(import.meta.dirname, "page.jsx"), major);
    const server = createServer(({ url = "" }, response) => {
      const isScript = url === "/page.js";
      response.setHeader("Content-Type", isScript ? "text/javascript" : "text/html");
      response.end(isScript ? script : HTML);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return new PageSite(server);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** What a page's address says to it. */
export interface PageSettings {
  bobbin: string;
  tool: string;
  token: string;
  id: string;
  parts: string;
  /** Over a WebSocket, whose address ends so. */
  socket?: string;
  /** Answers what it is asked at once, by this. */
  answers?: string;
  /** Waits so many seconds for a run, where there is none. */
  wait?: string;
}

export class ChatPage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, site: PageSite, settings: PageSettings): Promise<ChatPage> {
    const page = await browser.newPage();
    const query = new URLSearchParams({ ...settings });
    await page.goto(`${site.origin}/?${query.toString()}`);
    await page.locator("main").waitFor({ state: "attached" });
    return new ChatPage(page);
  }

  close(): Promise<void> {
    return this.page.close();
  }

  /** Calls what `useChat` gives, and does not wait for it. */
  async chat(call: string): Promise<void> {
    await this.page.evaluate(`void chat.${call}`);
  }

  say(text: string): Promise<void> {
    return this.chat(`sendMessage(${JSON.stringify({ text })})`);
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.page.locator("main").waitFor({ state: "attached" });
  }

  /** Resolves when an answer has this in it. */
  async shows(text: string): Promise<void> {
    await this.answers.filter({ hasText: text }).last().waitFor();
  }

  async isReady(): Promise<void> {
    await this.page.locator('[data-status="ready"]').waitFor({ state: "attached" });
  }

  /** Whose message says what. */
  async texts(): Promise<string[]> {
    return this.page.locator("article").allTextContents();
  }

  get answers() {
    return this.page.locator('[data-role="assistant"]');
  }

  get alerts() {
    return this.page.getByRole("alert");
  }
}
