/** The studio in a real browser against a server of its own, and what a test of a page asks of it. */
import axe from "axe-core";
import type { Browser, Page, Request } from "playwright-core";
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { launchChromium } from "./chromium.ts";
import { startServer, temporaryStateDir } from "./local-server.ts";
import type { LocalServer } from "./local-server.ts";

export { CHROMIUM } from "./chromium.ts";

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };

const Paths = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });
const Violations = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string() })) })),
});

/** Files of the studio, and the document that names all else. */
const OWN_FILES = /^\/(?:studio(?:\/|$)|openapi\.json$)/;

export class Studio {
  /** Of every page: what was asked, and what the browser complained of. */
  readonly asked: Request[] = [];
  readonly complaints: string[] = [];

  readonly #state: Awaited<ReturnType<typeof temporaryStateDir>>;
  readonly #browser: Browser;
  readonly server: LocalServer;
  readonly page: Page;

  private constructor(
    state: Awaited<ReturnType<typeof temporaryStateDir>>,
    server: LocalServer,
    browser: Browser,
    page: Page,
  ) {
    this.#state = state;
    this.#browser = browser;
    this.server = server;
    this.page = page;
    const context = page.context();
    context.on("request", (request) => this.asked.push(request));
    context.on("weberror", (error) => this.complaints.push(String(error.error())));
    context.on("console", (message) => {
      if (/Content Security Policy|Uncaught|act\(/.test(message.text())) {
        this.complaints.push(message.text());
      }
    });
  }

  /** A studio that shows the demo project. */
  static async openDemo(): Promise<Studio> {
    const studio = await Studio.open();
    await studio.page.goto(studio.link);
    await studio.page.getByText("Demo", { exact: true }).waitFor();
    return studio;
  }

  static async open(env: Record<string, string> = {}): Promise<Studio> {
    const state = await temporaryStateDir();
    const server = await startServer({ script: "start", stateDir: state.dir, env });
    const browser = await launchChromium();
    const context = await browser.newContext({ permissions: ["clipboard-write"] });
    const page = await context.newPage();
    await page.setViewportSize(DESKTOP);
    return new Studio(state, server, browser, page);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.server.stop();
    await this.#state.remove();
  }

  /** The link that the server prints. */
  get link(): string {
    return /Studio +(\S+)/.exec(this.server.output())?.[1] ?? "";
  }

  /** Opens a page of a user who has signed in. */
  async goto(address: string): Promise<void> {
    await this.page.goto(`${this.server.url}/studio${address}`);
  }

  /** Has the open chat's turns to come use this config, which is given as JSON. */
  async configureChat(config: string): Promise<void> {
    const name = "Config for the turns to come";
    await this.page.getByText(name).click();
    await this.page.getByRole("textbox", { name }).fill(config);
  }

  /** As the project's own backend would. */
  async api(address: string, body?: unknown, method = "POST"): Promise<unknown> {
    const reply = await fetch(`${this.server.url}${address}`, {
      method: body === undefined ? "GET" : method,
      headers: { Authorization: `Bearer ${DEMO.key}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return reply.json();
  }

  /** What axe-core finds on a desktop and on a phone, and what sticks out of a phone's screen. */
  async faults(): Promise<string[]> {
    const { page } = this;
    await page.waitForTimeout(300);
    await page.evaluate(axe.source);
    const wide = await violationsOn(page);
    await page.setViewportSize(PHONE);
    const narrow = await violationsOn(page);
    const overflow = z
      .number()
      .parse(await page.evaluate("document.documentElement.scrollWidth - innerWidth"));
    await page.setViewportSize(DESKTOP);
    return [
      ...wide,
      ...narrow.map((fault) => `on a phone: ${fault}`),
      ...(overflow > 0 ? [`${overflow} px wider than a phone`] : []),
    ];
  }

  /** Calls that the API's document does not name, of all that the pages made. */
  async undocumentedCalls(): Promise<string[]> {
    const document: unknown = await (await fetch(`${this.server.url}/openapi.json`)).json();
    const named = Object.entries(Paths.parse(document).paths).flatMap(([template, methods]) =>
      Object.keys(methods).map((method) => ({
        method: method.toUpperCase(),
        form: new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
      })),
    );
    return this.asked
      .map((request) => ({ method: request.method(), url: new URL(request.url()) }))
      .filter(({ url }) => url.protocol !== "blob:" && !OWN_FILES.test(url.pathname))
      .filter(
        ({ method, url }) =>
          url.origin !== this.server.url ||
          !named.some((one) => one.method === method && one.form.test(url.pathname)),
      )
      .map(({ method, url }) => `${method} ${url.href}`);
  }
}

async function violationsOn(page: Page): Promise<string[]> {
  const { violations } = Violations.parse(await page.evaluate("axe.run()"));
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
