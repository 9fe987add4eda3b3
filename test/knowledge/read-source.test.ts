import { describe, it } from "vitest";

import { readSource } from "../../src/knowledge/read-source";
import { ACTION } from "../../src/limits";
import { testWorld } from "../support/ports";

const signal = new AbortController().signal;
const url = "https://docs.example/handbook";

async function readPage(answer: () => Response, address = url) {
  const { ports } = testWorld({ fetch: async () => answer() });
  return readSource({ field: "source_url", url: address }, ports, signal);
}

function refusal(message: RegExp) {
  return {
    ok: false,
    failure: {
      kind: "invalid",
      issues: [
        {
          path: ["source_url"],
          message: { asymmetricMatch: (text: string) => message.test(text) },
        },
      ],
    },
  };
}

describe("a document on the web", () => {
  it("is the text that its page shows", async ({ expect }) => {
    const html = "<html><script>evil()</script><h1>Fees</h1><p>Ten &euro; a month.</p></html>";
    const read = await readPage(
      () => new Response(html, { headers: { "Content-Type": "text/html" } }),
    );
    expect(read).toMatchObject({ ok: true, value: { fileId: null, sourceUrl: url } });
    const text = read.ok ? read.value.text : "";
    expect(text).toMatch(/Fees\s+Ten € a month\./u);
    expect(text).not.toContain("evil");
  });

  it("that is not there is refused with its status", async ({ expect }) => {
    expect(await readPage(() => new Response("gone", { status: 404 }))).toMatchObject(
      refusal(/404/u),
    );
  });

  it("that is too large is refused", async ({ expect }) => {
    const body = new Uint8Array(ACTION.responseMaxBytes + 1);
    expect(await readPage(() => new Response(body))).toMatchObject(refusal(/large/u));
  });

  it("without a word is refused", async ({ expect }) => {
    expect(await readPage(() => new Response(" \n"))).toMatchObject(refusal(/text/u));
  });

  it("at an address inside is not asked for", async ({ expect }) => {
    const read = await readPage(() => new Response("secret"), "http://127.0.0.1:8787/");
    expect(read).toMatchObject(refusal(/cannot be read/u));
  });
});
