import { describe, it } from "vitest";

import { call } from "../support/call";

describe.for(["/", "/docs"])("the page at %s", (path) => {
  it("is HTML that runs no script and fetches nothing", async ({ expect }) => {
    const page = await call(path);
    expect(page.status).toBe(200);
    expect(page.headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
    expect(page.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    expect(page.text).not.toMatch(/<(?:script|link rel="stylesheet"|iframe|img)\b/);
    const addresses = [...page.text.matchAll(/(?:src|href)="(\w+:[^"]*)"/g)].map(([, url]) => url);
    expect(addresses.filter((url) => !url?.startsWith("data:"))).toEqual([]);
  });

  it("shows this deployment's own address in its examples", async ({ expect }) => {
    const { text } = await call(path);
    expect(text).toMatch(/curl (?:-s )?https:\/\/bobbin\.test\/api\/sdk\/threads/);
  });
});

describe("the reference", () => {
  it("has a section for every operation and schema, and no link that leads nowhere", async ({
    expect,
  }) => {
    const [page, { json }] = await Promise.all([call("/docs"), call("/openapi.json")]);
    const ids = new Set([...page.text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const operations = Object.values<Record<string, { operationId: string }>>(json.paths);
    for (const { operationId } of operations.flatMap((methods) => Object.values(methods))) {
      expect(ids).toContain(operationId);
    }
    for (const name of Object.keys(json.components.schemas)) {
      expect(ids).toContain(`schema-${name}`);
    }
    const links = [...page.text.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(200);
    expect(links.filter((id) => !ids.has(id))).toEqual([]);
  });
});

describe("/health", () => {
  it("answers without asking anything of anybody", async ({ expect }) => {
    const health = await call("/health");
    expect(health.json).toEqual({ status: "ok" });
    expect(health.headers.get("Cache-Control")).toBe("no-store");
  });
});
