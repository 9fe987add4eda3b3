/** `curl` and `browser`: what they send, what they make of the answer, and how they fail. */
import { describe, it } from "vitest";

import { testWorld } from "../../support/ports";
import { action, definition, resultOf, run } from "../run";

const URL_ASKED = "https://api.example/items";

/** A world whose network gives this answer to every request, and the requests it got. */
function answering(answer: () => Response) {
  const requests: Request[] = [];
  const world = testWorld({
    fetch: async (input, init) => {
      requests.push(new Request(input, init));
      return answer();
    },
  });
  return { world, requests };
}

function curl(spec: Record<string, unknown> = {}, config: Record<string, unknown> = {}) {
  return definition(action("curl", "CALL", { url: URL_ASKED, ...spec }, { config }));
}

function browser(spec: Record<string, unknown> = {}, config: Record<string, unknown> = {}) {
  return definition(action("browser", "PAGE", { url: URL_ASKED, ...spec }, { config }));
}

function html(body: string, init: ResponseInit = {}): Response {
  return new Response(body, { headers: { "Content-Type": "text/html" }, ...init });
}

describe("curl", () => {
  it("gives status, headers and the body, JSON parsed", async ({ expect }) => {
    const { world } = answering(() => Response.json({ ok: [1] }, { status: 201 }));
    expect(await resultOf(curl(), {}, world)).toEqual({
      status: 201,
      headers: expect.objectContaining({ "content-type": "application/json" }),
      body: { ok: [1] },
    });
  });

  it.for([
    { type: "text/plain", body: '{"a":1}', expected: '{"a":1}' },
    { type: "application/json", body: "no json", expected: "no json" },
    { type: "application/problem+json", body: '{"a":1}', expected: { a: 1 } },
    { type: "text/plain; charset=nonsense", body: "plain", expected: "plain" },
  ])("reads a body of $type as $expected", async ({ type, body, expected }, { expect }) => {
    const { world } = answering(() => new Response(body, { headers: { "Content-Type": type } }));
    expect(await resultOf(curl(), {}, world)).toMatchObject({ body: expected });
  });

  it("decodes text as the response says", async ({ expect }) => {
    const headers = { "Content-Type": 'text/plain; charset="windows-1252"' };
    const { world } = answering(() => new Response(new Uint8Array([0x80]), { headers }));
    expect(await resultOf(curl(), {}, world)).toMatchObject({ body: "€" });
  });

  it("sends what its spec says, JSON where the body is no text", async ({ expect }) => {
    const { world, requests } = answering(() => new Response());
    const spec = { method: "POST", headers: { "X-Team": "a" }, body: { n: 1 } };
    await resultOf(curl(spec), {}, world);
    const [request] = requests;
    expect(request?.method).toBe("POST");
    expect(request?.headers.get("x-team")).toBe("a");
    expect(request?.headers.get("content-type")).toBe("application/json");
    expect(await request?.text()).toBe('{"n":1}');
  });

  it("leaves a text and its type alone", async ({ expect }) => {
    const { world, requests } = answering(() => new Response());
    const headers = { "content-type": "text/csv" };
    await resultOf(curl({ method: "PUT", headers, body: "a,b" }), {}, world);
    expect(requests[0]?.headers.get("content-type")).toBe("text/csv");
    expect(await requests[0]?.text()).toBe("a,b");
  });

  it("sends an Idempotency-Key that each iteration has for itself in all lives", async ({
    expect,
  }) => {
    const { world, requests } = answering(() => new Response());
    const each = curl().slice(1, 2);
    const actions = definition(action("map", "MAP", { over: [1, 2] }, { actions: each }));
    await run(actions, {}, world);
    const runId = "f".repeat(64);
    expect(requests.map(({ headers }) => headers.get("idempotency-key"))).toEqual([
      `${runId}/CALL/0-0`,
      `${runId}/CALL/0-1`,
    ]);
  });

  it("sends the caller's own Idempotency-Key where there is one", async ({ expect }) => {
    const { world, requests } = answering(() => new Response());
    await run(curl({ headers: { "idempotency-KEY": "mine" } }), {}, world);
    expect(requests[0]?.headers.get("idempotency-key")).toBe("mine");
  });

  it("takes any status for an answer", async ({ expect }) => {
    const { world } = answering(() => new Response("gone", { status: 410 }));
    expect(await resultOf(curl(), {}, world)).toMatchObject({ status: 410, body: "gone" });
  });

  it("fails on an address out of reach and on a response too large", async ({ expect }) => {
    const local = await run(curl({ url: "http://127.0.0.1/" }));
    expect(local.error?.code).toBe("address_refused");
    const { world } = answering(() => new Response("12345"));
    expect((await run(curl({}, { max_bytes: 4 }), {}, world)).error?.code).toBe(
      "response_too_large",
    );
  });

  it("makes a failure its output where its config says so", async ({ expect }) => {
    const refused = curl({ url: "http://127.0.0.1/" }, { error_as_output: true });
    expect(await resultOf(refused)).toEqual({
      error: { code: "address_refused", message: expect.any(String) },
    });
  });

  it("keeps in the cache only what went well", async ({ expect }) => {
    const cached = { use_cache: true, error_as_output: true };
    const gone = answering(() => new Response("gone", { status: 404 }));
    await run(curl({}, cached), {}, gone.world);
    expect(gone.world.cache.size).toBe(0);
    const unreachable = testWorld();
    await run(curl({}, cached), {}, unreachable);
    expect(unreachable.cache.size).toBe(0);
    const fine = answering(() => new Response("fine"));
    await run(curl({}, cached), {}, fine.world);
    expect(fine.world.cache.size).toBe(1);
  });
});

describe("browser", () => {
  const PAGE = `<html><head><title>T</title><style>p{}</style></head><body>
    <h1>News</h1><p class="lead">First <b>bold</b> &amp; new</p><p>Second</p>
    <script>document.write("no")</script></body></html>`;

  it("gives a page's text where no selector says which part", async ({ expect }) => {
    const { world } = answering(() => html(PAGE));
    expect(await resultOf(browser(), {}, world)).toEqual({
      data: [{ selector: "body", results: ["# News\n\nFirst bold & new\n\nSecond"] }],
      response: { code: 200, status: "ok", url: URL_ASKED },
    });
  });

  it("gives the text of what each selector finds", async ({ expect }) => {
    const { world } = answering(() => html(PAGE));
    const spec = { selector: ["p.lead, h1", "p:nth-of-type(2)", "table"] };
    expect(await resultOf(browser(spec), {}, world)).toMatchObject({
      data: [
        { selector: "p.lead, h1", results: ["News", "First bold & new"] },
        { selector: "p:nth-of-type(2)", results: ["Second"] },
        { selector: "table", results: [] },
      ],
    });
  });

  it("reads a page in the charset that it or its response names", async ({ expect }) => {
    const bytes = Uint8Array.from("<p>caf\u00e9</p>", (character) => character.charCodeAt(0));
    const { world } = answering(
      () => new Response(bytes, { headers: { "Content-Type": "text/html; charset=iso-8859-1" } }),
    );
    expect(await resultOf(browser({ selector: "p" }), {}, world)).toMatchObject({
      data: [{ results: ["café"] }],
    });
  });

  it("takes an error page for a page, and a page without a word, too", async ({ expect }) => {
    const { world } = answering(() => html("", { status: 404 }));
    expect(await resultOf(browser(), {}, world)).toEqual({
      data: [{ selector: "body", results: [] }],
      response: { code: 404, status: "error", url: URL_ASKED },
    });
  });

  it("fails on a selector that is none before it asks anybody", async ({ expect }) => {
    const { world, requests } = answering(() => html(PAGE));
    const outcome = await run(browser({ selector: "p[" }), {}, world);
    expect(outcome.error).toEqual({
      code: "invalid_selector",
      message: "PAGE: p[ is no CSS selector.",
    });
    expect(requests).toEqual([]);
  });
});

const answeringJson = (body: string) =>
  answering(() => new Response(body, { headers: { "Content-Type": "application/json" } }));

describe("a response of JSON that is long", () => {
  const config = { max_bytes: 4 * 1024 * 1024 };

  it("is read where its value fits, however it is indented", async ({ expect }) => {
    const rows = Array.from({ length: 20_000 }, (_, at) => ({ at, text: "a\nb" }));
    const { world } = answeringJson(JSON.stringify(rows, null, 16));
    expect(await resultOf(curl({}, config), {}, world)).toMatchObject({ body: rows });
  });

  it("is refused unread where it does not", async ({ expect }) => {
    const long = answeringJson(JSON.stringify(["a".repeat(2_000_000)]));
    const { error } = await run(curl({}, config), {}, long.world);
    expect(error?.code).toBe("output_too_large");
    expect(error?.message).toMatch(/The response is \d+ characters of JSON/);
    const many = answeringJson(`[${"[],".repeat(600_000)}[]]`);
    const outcome = await run(curl({}, config), {}, many.world);
    expect(outcome.error?.code).toBe("response_too_many_values");
  });
});
