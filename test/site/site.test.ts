import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { version } from "../../package.json";
import { type Reply, call } from "../support/call";

interface Published {
  description: string;
  "x-codeSamples": { label: string; source: string }[];
}

describe("the page at /", () => {
  it("is HTML that runs no script and fetches nothing", async ({ expect }) => {
    const page = await call("/");
    expect(page.status).toBe(200);
    expect(page.headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
    expect(page.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    expect(page.text).not.toMatch(/<(?:script|link rel="stylesheet"|iframe|img)\b/);
    const addresses = [...page.text.matchAll(/(?:src|href)="(\w+:[^"]*)"/g)].map(([, url]) => url);
    expect(addresses.filter((url) => !url?.startsWith("data:"))).toEqual([]);
  });

  it("shows this deployment's own address in its examples", async ({ expect }) => {
    const { text } = await call("/");
    expect(text).toMatch(/curl (?:-s )?https:\/\/bobbin\.test\/api\/sdk\/threads/);
  });
});

/** The page at /, of a deployment with these settings. */
async function pageWith(settings: Record<string, string>): Promise<Reply> {
  const before = { ...env };
  try {
    Object.assign(env, settings);
    return await call("/");
  } finally {
    for (const name of Object.keys(settings)) {
      Reflect.deleteProperty(env, name);
    }
    Object.assign(env, before);
  }
}

describe("the page at /, as its owner has set it", () => {
  it("says its version and what changed, and knows no repository by itself", async ({ expect }) => {
    const { text } = await call("/");
    expect(text).toContain(`Bobbin ${version}`);
    expect(text).toContain('href="/docs#tag/guide-changelog"');
    expect(text).not.toMatch(/Source<|Deploy to Cloudflare|id="demo"/);
  });

  it("links to the repository, and offers to deploy it", async ({ expect }) => {
    const { text } = await pageWith({ REPOSITORY_URL: "https://git.example/bobbin?a=1&b=2" });
    expect(text).toContain('href="https://git.example/bobbin?a=1&amp;b=2">Source');
    expect(text).toContain(
      'href="https://deploy.workers.cloudflare.com/?url=https%3A%2F%2Fgit.example%2Fbobbin%3Fa%3D1%26b%3D2"',
    );
    const odd = await pageWith({ REPOSITORY_URL: "javascript:alert(1)" });
    expect(odd.text).not.toMatch(/Source<|javascript:/);
  });

  it("has a demo by tokens of the owner's backend, which alone it may ask besides", async ({
    expect,
  }) => {
    const { text, headers } = await pageWith({ DEMO_TOKENS: "https://app.example/token" });
    expect(text).toContain('data-tokens="https://app.example/token"');
    expect(text).not.toContain("data-key");
    const policy = headers.get("Content-Security-Policy");
    expect(policy).toMatch(/script-src 'self'; connect-src 'self' https:\/\/app\.example$/);
  });
});

describe("/docs", () => {
  it("runs no script but its own files, and asks no other host", async ({ expect }) => {
    const page = await call("/docs");
    expect(page.status).toBe(200);
    const policy = page.headers.get("Content-Security-Policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self';/);
    expect(policy).toContain("connect-src 'self'");
    const addresses = [...page.text.matchAll(/ (?:src|href)="([^"]*)"/g)].map(([, url]) => url);
    expect(addresses.filter((url) => !/^(?:\/\w|data:)/.test(url ?? ""))).toEqual([]);
  });

  it("has no file that was not built", async ({ expect }) => {
    expect((await call("/docs/none.js")).status).toBe(404);
  });
});

describe("/openapi.json", () => {
  it("has a sample of each call in each language, with this deployment's address", async ({
    expect,
  }) => {
    const { json } = await call("/openapi.json");
    const operations = Object.values<Record<string, Published>>(json.paths);
    for (const operation of operations.flatMap((methods) => Object.values(methods))) {
      const samples = operation["x-codeSamples"];
      expect(samples.map(({ label }) => label)).toEqual(["curl", "JavaScript", "Python"]);
      for (const { source } of samples) {
        expect(source).toContain("https://bobbin.test/");
      }
      expect(operation.description).toMatch(
        /Needs (?:a key with `\w+`|the deployment's `ADMIN_KEY`)/,
      );
    }
  });

  it("has each tag in one group", async ({ expect }) => {
    const { json } = await call("/openapi.json");
    const grouped = json["x-tagGroups"].flatMap(({ tags }: { tags: string[] }) => tags);
    expect(grouped).toEqual(json.tags.map(({ name }: { name: string }) => name));
  });
});

describe("/health", () => {
  it("answers without asking anything of anybody", async ({ expect }) => {
    const health = await call("/health");
    expect(health.json).toEqual({ status: "ok" });
    expect(health.headers.get("Cache-Control")).toBe("no-store");
  });
});
