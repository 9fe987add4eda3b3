/**
 * The rules of a request, against a scripted internet. That the platform's `fetch` plays along with
 * real sockets is proven in test/blackbox/outbound.test.ts.
 */
import { describe, it } from "vitest";

import { ActionFailure } from "../../src/domain/action-failure";
import { OUTBOUND } from "../../src/limits";
import { guardedFetch } from "../../src/net/guarded-fetch";
import type { OutboundOptions, OutboundRequest } from "../../src/net/guarded-fetch";

const OPTIONS: OutboundOptions = {
  timeoutMs: 2000,
  maxBytes: 1000,
  ownHosts: ["bobbin.example.com"],
  allowLoopback: false,
};

/** An internet that answers by address and keeps what it was asked. */
function internet(answers: Record<string, () => Response>) {
  const asked: Request[] = [];
  const fetcher: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    asked.push(request);
    return answers[request.url]?.() ?? new Response("nothing here", { status: 404 });
  };
  return {
    asked,
    send: (request: OutboundRequest, options: Partial<OutboundOptions> = {}) =>
      guardedFetch(fetcher, request, { ...OPTIONS, ...options }),
  };
}

/** `/0` leads to `/1` and so on. */
function chain(length: number) {
  const hops = Array.from({ length }, (_, at) => [
    `https://a.example/${at}`,
    redirect(`/${at + 1}`),
  ]);
  return internet(Object.fromEntries(hops));
}

function silent(): Response {
  return new Response(new ReadableStream({ pull: () => new Promise(() => {}) }));
}

function redirect(location: string, status = 302): () => Response {
  return () => new Response("moved", { status, headers: { location } });
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.catch((reason: unknown) => reason);
  return error instanceof ActionFailure ? error.code : `no failure: ${String(error)}`;
}

describe("an exchange", () => {
  it("gives status, headers, bytes and the address", async ({ expect }) => {
    const net = internet({
      "https://a.example/x": () =>
        new Response("teapot", { status: 418, headers: { "X-One": "1", "Set-Cookie": "a=b" } }),
    });
    const { body, ...rest } = await net.send({ url: "https://a.example/x" });
    expect(rest).toEqual({
      status: 418,
      headers: { "content-type": "text/plain;charset=UTF-8", "x-one": "1" },
      url: "https://a.example/x",
    });
    expect(new TextDecoder().decode(body)).toBe("teapot");
  });

  it("sends method, headers and body as given", async ({ expect }) => {
    const net = internet({});
    await net.send({
      url: "https://a.example/",
      method: "put",
      headers: { Authorization: "Bearer x", "X-Mine": "1" },
      body: '{"a":1}',
    });
    const [request] = net.asked;
    expect(request?.method).toBe("PUT");
    expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({
      authorization: "Bearer x",
      "x-mine": "1",
      "user-agent": "Bobbin",
    });
    expect(await request?.text()).toBe('{"a":1}');
  });

  it.for([
    "Host",
    "Connection",
    "Transfer-Encoding",
    "content-length",
    "Upgrade",
    "TE",
    "Proxy-Authorization",
    "CF-Connecting-IP",
    "cf-worker",
    "X-Forwarded-For",
    "X-Real-IP",
    "Via",
    "transfer_encoding",
    "X_Forwarded_For",
    "x.forwarded.host",
    "CF_Connecting_IP",
    "Content_Length",
    "True-Client-IP",
    "X-Original-URL",
  ])("refuses the header %s by its name", async (name, { expect }) => {
    const net = internet({});
    await expect(net.send({ url: "https://a.example/", headers: { [name]: "1" } })).rejects.toThrow(
      expect.objectContaining({ code: "header_refused", message: expect.stringContaining(name) }),
    );
    expect(net.asked).toEqual([]);
  });

  it.for([
    ["Bad Name", "1"],
    ["X-Split", "a\r\nHost: b"],
    ["X-Letters", "é"],
    ["", "1"],
    [" host", "x"],
  ])("refuses the malformed header %j: %j", async ([name, value], { expect }) => {
    const net = internet({});
    const headers = { [name ?? ""]: value ?? "" };
    expect(await codeOf(net.send({ url: "https://a.example/", headers }))).toBe("header_refused");
  });

  it("refuses an address before anything is sent", async ({ expect }) => {
    const net = internet({});
    expect(await codeOf(net.send({ url: "http://169.254.169.254/" }))).toBe("address_refused");
    expect(net.asked).toEqual([]);
  });

  it.for(["CONNECT", "TRACE", "NOT VALID"])(
    "reports the impossible method %s",
    async (method, { expect }) => {
      const net = internet({});
      expect(await codeOf(net.send({ url: "https://a.example/", method }))).toBe("request_failed");
    },
  );

  it("reports a GET with a body, and a network that fails", async ({ expect }) => {
    const net = internet({
      "https://a.example/down": () => {
        throw new TypeError("Network connection lost.");
      },
    });
    expect(await codeOf(net.send({ url: "https://a.example/", body: "x" }))).toBe("request_failed");
    const down = net.send({ url: "https://a.example/down" }, { findCause: async () => "lost" });
    await expect(down).rejects.toThrow(
      expect.objectContaining({
        code: "request_failed",
        reason: "lost",
        message: "The request failed: a.example closed the connection before its answer was whole.",
      }),
    );
  });
});

describe("a redirect", () => {
  it("is followed, relative and absolute, and the last address told", async ({ expect }) => {
    const net = internet({
      "https://a.example/1": redirect("/2"),
      "https://a.example/2": redirect("https://b.example/3", 308),
      "https://b.example/3": () => new Response("there"),
    });
    expect(await net.send({ url: "https://a.example/1" })).toMatchObject({
      status: 200,
      url: "https://b.example/3",
    });
  });

  it.for([
    "http://127.0.0.1/",
    "http://2130706433/",
    "//169.254.169.254/latest/",
    "http://[::ffff:10.0.0.1]/",
    "https://bobbin.example.com/api",
    "https://user:pass@b.example/",
    "file:///etc/passwd",
    "http://[",
  ])("to %s is refused", async (location, { expect }) => {
    const net = internet({ "https://a.example/": redirect(location) });
    expect(await codeOf(net.send({ url: "https://a.example/" }))).toBe("address_refused");
    expect(net.asked).toHaveLength(1);
  });

  it("is followed five times and not a sixth", async ({ expect }) => {
    const five = chain(OUTBOUND.maxRedirects);
    expect((await five.send({ url: "https://a.example/0" })).url).toBe("https://a.example/5");
    const six = chain(OUTBOUND.maxRedirects + 1);
    expect(await codeOf(six.send({ url: "https://a.example/0" }))).toBe("too_many_redirects");
    expect(six.asked).toHaveLength(OUTBOUND.maxRedirects + 1);
  });

  it("to itself ends", async ({ expect }) => {
    const net = internet({ "https://a.example/": redirect("/") });
    expect(await codeOf(net.send({ url: "https://a.example/" }))).toBe("too_many_redirects");
  });

  it.for([
    [301, "POST", "GET", ""],
    [302, "POST", "GET", ""],
    [303, "POST", "GET", ""],
    [303, "PUT", "GET", ""],
    [303, "HEAD", "HEAD", ""],
    [301, "PUT", "PUT", "body"],
    [307, "POST", "POST", "body"],
    [308, "DELETE", "DELETE", "body"],
  ] as const)("by %i makes of %s a %s", async ([status, before, after, body], { expect }) => {
    const net = internet({ "https://a.example/": redirect("/next", status) });
    await net.send({
      url: "https://a.example/",
      method: before,
      body: before === "HEAD" ? undefined : "body",
      headers: { "content-type": "text/x" },
    });
    expect(net.asked[1]?.method).toBe(after);
    expect(await net.asked[1]?.text()).toBe(body);
    expect(net.asked[1]?.headers.get("content-type")).toBe(after === before ? "text/x" : null);
  });

  it("to another origin takes no credentials along, in whatever header", async ({ expect }) => {
    const net = internet({
      "https://a.example/": redirect("/same"),
      "https://a.example/same": redirect("http://a.example/other"),
    });
    const headers = { Authorization: "x", Cookie: "x", "X-Api-Key": "x", Accept: "text/html" };
    await net.send({ url: "https://a.example/", headers });
    const [, same, other] = net.asked;
    expect(Object.fromEntries(same?.headers ?? [])).toMatchObject({
      authorization: "x",
      cookie: "x",
      "x-api-key": "x",
    });
    expect(Object.fromEntries(other?.headers ?? [])).toEqual({
      accept: "text/html",
      "user-agent": "Bobbin",
    });
  });

  it("without a location is an answer", async ({ expect }) => {
    const net = internet({ "https://a.example/": () => new Response(null, { status: 304 }) });
    expect(await net.send({ url: "https://a.example/" })).toMatchObject({ status: 304 });
  });
});

describe("the bounds of a body", () => {
  it.for([
    [999, true],
    [1000, true],
    [1001, false],
  ] as const)("let %i of 1000 bytes through: %s", async ([bytes, isTaken], { expect }) => {
    const net = internet({ "https://a.example/": () => new Response("x".repeat(bytes)) });
    const call = net.send({ url: "https://a.example/" });
    if (isTaken) {
      expect((await call).body).toHaveLength(bytes);
    } else {
      expect(await codeOf(call)).toBe("response_too_large");
    }
  });

  it("cancel an endless body where it passes the limit", async ({ expect }) => {
    const source = { pulls: 0, isCancelled: false };
    const endless = () =>
      new Response(
        new ReadableStream<Uint8Array>({
          pull(controller) {
            source.pulls += 1;
            controller.enqueue(new Uint8Array(300));
          },
          cancel() {
            source.isCancelled = true;
          },
        }),
      );
    const net = internet({ "https://a.example/": endless });
    expect(await codeOf(net.send({ url: "https://a.example/" }))).toBe("response_too_large");
    expect(source.isCancelled).toBe(true);
    expect(source.pulls).toBeLessThan(8);
  });

  it("end a body that trickles when the time is over", async ({ expect }) => {
    const net = internet({ "https://a.example/": silent });
    expect(await codeOf(net.send({ url: "https://a.example/" }, { timeoutMs: 30 }))).toBe(
      "request_timeout",
    );
  });

  it("let the caller stop it, and throw the caller's reason", async ({ expect }) => {
    const stopper = new AbortController();
    const reason = new Error("cancelled");
    const stopped = () => {
      queueMicrotask(() => stopper.abort(reason));
      return silent();
    };
    const net = internet({ "https://a.example/": stopped });
    const send = () => net.send({ url: "https://a.example/" }, { signal: stopper.signal });
    await expect(send()).rejects.toBe(reason);
    await expect(send()).rejects.toBe(reason);
    expect(net.asked).toHaveLength(1);
  });
});
