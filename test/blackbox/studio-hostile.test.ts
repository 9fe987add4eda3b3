/**
 * The studio, opened on what a hostile end user, model or colleague has written into a project: nothing of
 * it runs, loads, covers the page or asks anybody elsewhere.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { CHROMIUM, Studio } from "../support/open-studio.ts";

const RUN = "window.attacked=1";
const ELSEWHERE = "http://elsewhere.invalid";

const TEXTS = [
  `<script>${RUN}</script>`,
  `<img src=x onerror="${RUN}"><svg onload="${RUN}"><details open ontoggle=${RUN}>`,
  `<iframe srcdoc="<script>parent.attacked=1</script>"></iframe><object data="javascript:${RUN}"></object>`,
  `[a](javascript:${RUN}) [b](JaVaScRiPt:${RUN}) [c](java\tscript:${RUN}) [d](data:text/html,<script>opener.attacked=1</script>)`,
  `![p](${ELSEWHERE}/p.png) ![q](//elsewhere.invalid/q.png) <video src="${ELSEWHERE}/v" autoplay></video>`,
  `<style>@import "${ELSEWHERE}/a.css"; * { background: url(${ELSEWHERE}/b) }</style><link rel=stylesheet href="${ELSEWHERE}/c">`,
  `<base href="${ELSEWHERE}/"><meta http-equiv=refresh content="0;url=${ELSEWHERE}/">`,
  `<div style="position:fixed;inset:0;z-index:9999">over</div><form action="${ELSEWHERE}"><button>go</button></form>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${RUN}>`,
  `\`\`\`mermaid\ngraph TD; A["<img src=x onerror=${RUN}>"]-->B; click A href "javascript:${RUN}"\n\`\`\``,
  `$$\\href{javascript:${RUN}}{x}\\includegraphics{${ELSEWHERE}/k.png}$$`,
  ...["#", "[", "*", "> ", "`", "<", "![a](", "_a", "$"].map((piece) => piece.repeat(3000)),
];

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="parent.attacked=1"><script>parent.attacked=1</script></svg>`;
const PARTS = [
  { type: "link", url: `javascript:${RUN}`, title: TEXTS[0] },
  { type: "image_url", url: `javascript:${RUN}` },
  { type: "image_url", url: `data:image/svg+xml,${SVG}` },
  { type: "image_url", url: `${ELSEWHERE}/p.png` },
  { type: "blob", mime_type: "image/svg+xml", url: btoa(SVG) },
  { type: "table", name: TEXTS[0], columns: [TEXTS[1]], data: [[TEXTS[0]], [{ a: TEXTS[1] }]] },
];

const FILES = [
  ["a.html", "text/html", TEXTS[0]],
  [`${TEXTS[1]}.png`, "image/png", TEXTS[0]],
  ["a.svg", "image/svg+xml", SVG],
  ["a.pdf", "application/pdf", `<html>${TEXTS[0]}</html>`],
] as const;

const Named = z.object({ id: z.string() });
const Made = z.object({ tool: Named });
const Started = z.object({ run: z.object({ run_id: z.string() }) });
const Uploaded = z.object({ fileId: z.string() });

/** What stands in a page that must not: kinds of it, and how many. */
const FAULTS = `({
  attacked: window.attacked ?? 0,
  scripts: [...document.links].filter(({ href }) => /^(?:javascript|data|vbscript):/i.test(href)).length,
  handlers: [...document.querySelectorAll("*")].filter((one) => one.getAttributeNames().some((name) => name.startsWith("on"))).length,
  loaded: document.querySelectorAll(".markdown :is(style, link, script, base, meta, iframe, object, embed, form[action])").length,
  covering: [...document.querySelectorAll(".markdown *")].filter((one) => getComputedStyle(one).position === "fixed").length,
})`;

/** Within it what is shown has been asked for and drawn. */
const SETTLED_MS = 700;

describe.skipIf(CHROMIUM === undefined)("the studio over hostile contents", () => {
  let studio: Studio;

  beforeAll(async () => {
    studio = await Studio.openDemo();
  });
  afterAll(() => studio.close());

  /** Of pages at these addresses what each has that it must not. */
  async function faultsAt(...addresses: string[]): Promise<unknown[]> {
    const found: unknown[] = [];
    for (const address of addresses) {
      await studio.goto(address);
      await studio.page.locator("#content").waitFor();
      await studio.page.waitForTimeout(SETTLED_MS);
      const faults = z.record(z.string(), z.number()).parse(await studio.page.evaluate(FAULTS));
      found.push(...Object.entries(faults).map(([what, count]) => [address, what, count]));
    }
    return found.filter((one) => !String(one).endsWith(",0"));
  }

  it("shows messages, parts and metadata as what they say", async () => {
    const metadata = { title: TEXTS[0], more: TEXTS[1] };
    const { id } = Named.parse(await studio.api("/api/sdk/threads", { metadata }));
    const path = `/api/sdk/threads/${id}/messages`;
    for (const content of TEXTS) {
      await studio.api(path, { role: "assistant", content, metadata: { a: TEXTS[1] } });
    }
    for (const part of PARTS) {
      await studio.api(path, { role: "assistant", content: "x", parts: [part] });
    }
    expect(await faultsAt(`/threads/${id}`, "/threads")).toEqual([]);
  });

  it("shows tools, runs and what their actions gave out", async () => {
    const actions = [
      { name: "INPUT", type: "input" },
      { name: "CODE", type: "code", spec: { code: `() => (${JSON.stringify({ a: TEXTS })})` } },
      {
        name: "MODEL",
        type: "chat",
        spec: { messages: [{ role: "user", content: "x" }] },
        config: { provider_id: "offline", offline: { text: TEXTS.slice(0, 8).join("\n\n") } },
      },
      { name: "OUTPUT", type: "output" },
    ];
    const tool = { name: TEXTS[1], description: TEXTS[0], actions };
    const made = Made.parse(await studio.api(`/api/sdk/p/${DEMO.projectId}/a`, tool));
    const runs = `/api/sdk/p/${DEMO.projectId}/a/${made.tool.id}/r`;
    const { run } = Started.parse(await studio.api(runs, { thread_id: "hostile" }));
    const { id } = made.tool;
    const pages = ["/tools", `/tools/${id}`, `/runs/${id}`, `/runs/${id}/${run.run_id}`];
    expect(await faultsAt(...pages, "/threads/hostile")).toEqual([]);
  });

  it("shows files, and addresses that name nothing", async () => {
    const addresses = [`/threads/${encodeURIComponent(TEXTS[1] ?? "")}`];
    for (const [name, type, text = ""] of FILES) {
      const body = new FormData();
      body.set("file", new File([text], name, { type }));
      const headers = { Authorization: `Bearer ${DEMO.key}` };
      const url = `${studio.server.url}/api/sdk/files`;
      const sent = await fetch(url, { method: "POST", headers, body });
      addresses.push(`/files/${Uploaded.parse(await sent.json()).fileId}`);
    }
    expect(await faultsAt(...addresses)).toEqual([]);
  });

  it("has asked nobody elsewhere, and broken no rule of its policy", () => {
    const hosts = studio.asked
      .map((request) => new URL(request.url()))
      .filter(({ protocol }) => protocol.startsWith("http"))
      .map(({ host }) => host);
    expect([...new Set(hosts)]).toEqual([new URL(studio.server.url).host]);
    expect(studio.complaints).toEqual([]);
  });
});
