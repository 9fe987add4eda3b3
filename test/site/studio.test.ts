/** Proves how the Worker hands out the studio's pages; what they do is proved in a browser. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { app } from "../../src/app";

/** Of a deployment that has built pages: one file and the page for every other path. */
const ASSETS: Record<string, string> = {
  "/studio/": "<!doctype html><div id=root></div>",
  "/studio/assets/index-1a2b3c4d.js": "export {};",
};

function ask(path: string, vars: { STUDIO: string; hasPages?: boolean }): Promise<Response> {
  const { hasPages = true, ...rest } = vars;
  const assets = {
    ...env.ASSETS,
    fetch: async (...[input, init]: Parameters<Fetcher["fetch"]>) => {
      const page = hasPages ? ASSETS[new URL(new Request(input, init).url).pathname] : undefined;
      return new Response(page ?? "not found", { status: page === undefined ? 404 : 200 });
    },
  };
  const bindings = { ...env, ...rest, ASSETS: assets };
  const request = new Request(`https://bobbin.test${path}`);
  return Promise.resolve(app.fetch(request, bindings, createExecutionContext()));
}

describe("/studio", () => {
  it("is not there unless STUDIO says so, whatever is asked of it", async ({ expect }) => {
    for (const path of ["/studio", "/studio/threads", "/studio/assets/index-1a2b3c4d.js"]) {
      const reply = await ask(path, { STUDIO: "off" });
      expect([path, reply.status]).toEqual([path, 404]);
      expect(await reply.text()).toContain('"error"');
    }
  });

  it("is one page for all its paths, which runs no script but its own files", async ({
    expect,
  }) => {
    for (const path of [
      "/studio",
      "/studio/",
      "/studio/threads/a%2Fb",
      "/studio/threads/a.b?q=1",
    ]) {
      const reply = await ask(path, { STUDIO: "on" });
      expect([reply.status, await reply.text()]).toEqual([200, ASSETS["/studio/"]]);
      const policy = reply.headers.get("Content-Security-Policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toMatch(/script-src 'self';/);
      expect(policy).toContain("connect-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(reply.headers.get("Referrer-Policy")).toBe("no-referrer");
      expect(reply.headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(reply.headers.get("Cache-Control")).toBe("no-cache");
    }
  });

  it("lets files that are named by their content be kept, and has no others", async ({
    expect,
  }) => {
    const file = await ask("/studio/assets/index-1a2b3c4d.js", { STUDIO: "on" });
    expect(file.headers.get("Cache-Control")).toContain("immutable");
    const missing = await ask("/studio/assets/gone.js", { STUDIO: "on" });
    expect([missing.status, missing.headers.get("Cache-Control")]).toEqual([404, "no-store"]);
  });

  it("says how to build the pages where there are none", async ({ expect }) => {
    const reply = await ask("/studio", { STUDIO: "on", hasPages: false });
    expect([reply.status, await reply.text()]).toEqual([503, expect.stringContaining("npm start")]);
  });
});
