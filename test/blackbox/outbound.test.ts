/** The outbound rules in the real runtime, against a real server on loopback. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

import { afterAll, beforeAll, describe, it } from "vitest";

import { type EngineServer, startEngineServer } from "../support/engine-server.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const ANSWERS: Record<string, Answer> = {
  "/echo": (request, response) => response.end(JSON.stringify(request.headers)),
  "/moved": (_request, response) => response.writeHead(302, { location: "/echo" }).end("moved"),
  "/metadata": (_request, response) =>
    response.writeHead(307, { location: "http://169.254.169.254/latest/" }).end(),
  "/around": (_request, response) => response.writeHead(302, { location: "/around" }).end(),
  "/sized": (_request, response) => response.writeHead(200, { "content-length": "5000" }).end(),
  "/large": (_request, response) => response.end("x".repeat(2000)),
  "/endless": (_request, response) => {
    const more = () => {
      while (response.write("x".repeat(10_000))) {
        // Until the socket is full; `drain` goes on.
      }
    };
    response.on("drain", more);
    more();
  },
  "/trickle": (_request, response) => {
    const timer = setInterval(() => response.write("."), 10);
    response.on("close", () => clearInterval(timer));
  },
  "/silent": () => {},
  "/broken": (_request, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("only this");
    response.destroy();
  },
};

const closed = new Map<string, PromiseWithResolvers<void>>(
  Object.keys(ANSWERS).map((path) => [path, Promise.withResolvers<void>()]),
);
const site = createServer((request, response) => {
  const path = request.url ?? "";
  response.on("close", () => closed.get(path)?.resolve());
  ANSWERS[path]?.(request, response);
});
let origin = "";
let engine: EngineServer;

beforeAll(async () => {
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  engine = await startEngineServer();
  const address = site.address();
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}, 60_000);

afterAll(async () => {
  site.closeAllConnections();
  site.close();
  await engine.stop();
}, 60_000);

function send(path: string, changes: object = {}) {
  const url = `${origin}${path}`;
  return engine.ask({
    send: { url, timeoutMs: 20_000, maxBytes: 1000, allowLoopback: true, ...changes },
  });
}

describe("a request from the runtime", () => {
  it("carries what it was given and nothing of the Worker's own caller", async ({ expect }) => {
    const { status, text } = await send("/echo", { headers: { "X-Mine": "1" } });
    expect(status).toBe(200);
    const headers: unknown = JSON.parse(String(text));
    expect(headers).toMatchObject({ "x-mine": "1", "user-agent": "Bobbin" });
    for (const name of ["authorization", "cookie", "cf-connecting-ip", "x-forwarded-for"]) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  it("does not leave where loopback is not allowed", async ({ expect }) => {
    expect(await send("/echo", { allowLoopback: false })).toMatchObject({
      code: "address_refused",
    });
  });

  it("follows a redirect by itself, checking where it leads", async ({ expect }) => {
    expect(await send("/moved")).toMatchObject({ status: 200, url: `${origin}/echo` });
    expect(await send("/metadata")).toMatchObject({ code: "address_refused" });
    expect(await send("/around")).toMatchObject({ code: "too_many_redirects" });
  });

  it("is cut off beyond its size, and the server is told", async ({ expect }) => {
    expect(await send("/large")).toMatchObject({ code: "response_too_large" });
    expect(await send("/sized", { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
    expect(await send("/endless")).toMatchObject({ code: "response_too_large" });
    await closed.get("/endless")?.promise;
  });

  it.for(["/trickle", "/silent"])("is cut off beyond its time: %s", async (path, { expect }) => {
    expect(await send(path, { timeoutMs: 100 })).toMatchObject({ code: "request_timeout" });
    await closed.get(path)?.promise;
  });

  it("reports a connection that breaks, and one that is refused", async ({ expect }) => {
    expect(await send("/broken")).toMatchObject({
      code: "request_failed",
      message: expect.stringMatching(/closed the connection before its answer was whole/),
    });
    expect(await send("", { url: "http://127.0.0.1:1/" })).toMatchObject({
      code: "request_failed",
      message: "The request failed: 127.0.0.1:1 refused the connection.",
    });
  });
});
