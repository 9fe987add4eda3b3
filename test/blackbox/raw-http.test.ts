/**
 * What no well-behaved client sends, byte by byte over real sockets: uploads that break off, lie
 * about their length or never say it, and the published samples as curl sends them. Proves what the
 * server answers and that it goes on serving; what is left in the bucket is proven in
 * `store/store-bytes.test.ts`.
 */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { promisify } from "node:util";

import { describe, expect, it } from "vitest";
import * as z from "zod";

import { streamCrowd } from "../../bench/exact-streams.ts";
import { DEMO } from "../../scripts/local/demo-project.ts";
import { FILE } from "../../src/limits/index.ts";
import { CREATE_THREAD_WITH_MESSAGES, RUN_TOOL } from "../fixtures/seeds/bodies.ts";
import { ownServer } from "../support/own-server.ts";

const MIB = 1024 * 1024;
const BOUNDARY = "XX";
const PART = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n`;
const END = `\r\n--${BOUNDARY}--\r\n`;

const Files = z.object({ files: z.array(z.object({ uuid: z.string(), size: z.int() })) });

const STREAMS_AT_ONCE = 20;

const server = ownServer({ STREAMS_AT_ONCE: String(STREAMS_AT_ONCE) });

function head(path: string, headers: string[]): string {
  const lines = [`POST /api/sdk${path} HTTP/1.1`, "Host: bobbin.test", "Connection: close"];
  return [...lines, `Authorization: Bearer ${DEMO.key}`, ...headers, "", ""].join("\r\n");
}

function uploadHead(length: string): string {
  return head("/files", [`Content-Type: multipart/form-data; boundary=${BOUNDARY}`, length]);
}

/** Ends with the socket, be it by a reset: a server that has refused may close before all is sent. */
async function closeOf(socket: Socket): Promise<void> {
  socket.on("error", () => undefined);
  return new Promise((resolve) => {
    socket.once("close", () => {
      resolve();
    });
  });
}

/** Sends the pieces and reads what comes until the server closes. */
async function exchange(...pieces: (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.setEncoding("utf8").on("data", (data: string) => {
    text += data;
  });
  const closed = closeOf(socket);
  for (const piece of pieces) {
    socket.write(piece);
  }
  await closed;
  return text;
}

/** Sends the pieces and is gone. */
async function breakOff(...pieces: (string | Buffer)[]): Promise<void> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const closed = closeOf(socket);
  for (const piece of pieces) {
    if (!socket.write(piece)) {
      await Promise.race([once(socket, "drain").catch(() => undefined), closed]);
    }
  }
  // With a reset, which the server sees at once; one that only ends its side may still be listening.
  socket.resetAndDestroy();
  await closed;
}

async function listFiles() {
  const response = await fetch(`${server.url}/api/sdk/files`, {
    headers: { Authorization: `Bearer ${DEMO.key}` },
  });
  return Files.parse(await response.json()).files;
}

/** The JSON that curl prints, sent with the demo key. */
async function curl(path: string, ...options: string[]): Promise<unknown> {
  const auth = ["-H", `Authorization: Bearer ${DEMO.key}`];
  const args = ["-s", `${server.url}/api/sdk${path}`, ...auth, ...options];
  return JSON.parse((await promisify(execFile)("curl", args)).stdout);
}

/** Of a `GET` without a key. */
async function get(path: string, ...headers: string[]): Promise<string> {
  return exchange([`GET ${path} HTTP/1.1`, ...headers, "Connection: close", "", ""].join("\r\n"));
}

describe("a Host", () => {
  const WRONG = ["a b", "[", "[::1", "a:b", "a?b", "a#b", "a@b", "a\\b", "a\tb", "a, b"];

  it.each(WRONG)("that is none, %j, is refused in each dialect's words", async (host) => {
    const line = `Host: ${host}`;
    expect(await get("/api/sdk/threads", line)).toMatch(
      /^HTTP\/1\.1 400 .*"type":"invalid_request_error","message":"[^"]*Host must name one host/s,
    );
    expect(await get("/v1/threads", line)).toMatch(
      /^HTTP\/1\.1 400 .*"code":"invalid_data".*"message":"must name one host/s,
    );
    expect(await get("/health", line)).toMatch(/^HTTP\/1\.1 400 .*"invalid_request_error"/s);
  });

  it("cannot say another path than the request line", async () => {
    expect(await get("/sdk/threads", "Host: a/api")).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("that is given twice is refused", async () => {
    expect(await get("/api/sdk/threads", "Host: a", "Host: b")).toMatch(/^HTTP\/1\.1 400 /);
    expect(await get("/", "Host: a", "Host: a")).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each(["x", "bobbin.test:8787", "[::1]:8787", "192.0.2.1", "xn--bcher-kva.example", "a_b"])(
    "%s is one",
    async (host) => {
      expect(await get("/health", `Host: ${host}`)).toMatch(/^HTTP\/1\.1 200 /);
    },
  );
});

describe("what only a proxy or an attacker sends", () => {
  it.each([
    ["no HTTP", "\u0016\u0003\u0001\r\n\r\n"],
    ["no Host", "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n"],
    ["a NUL in a header", "GET /health HTTP/1.1\r\nHost: x\r\nX-A: \0\r\n\r\n"],
    ["a folded header", "GET /health HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n"],
    [
      "two lengths",
      "POST /v1/threads HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    ],
    ["a negative length", "POST /v1/threads HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"],
    ["a URL of 200 KB", `GET /${"a".repeat(200_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ["headers of 1 MB", `GET /health HTTP/1.1\r\nHost: x\r\nX-A: ${"a".repeat(1_000_000)}\r\n\r\n`],
  ])("is refused by the runtime, which then closes: %s", async (_, bytes) => {
    expect(await exchange(bytes)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(await get("/health", "Host: x")).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("asks for a tunnel and gets none", async () => {
    const connectTo = "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n";
    // Nothing behind it: a server that closes on unread bytes resets, and its answer may be lost.
    expect(await exchange(connectTo)).toMatch(/^HTTP\/1\.1 [45]\d\d /);
    expect(await get("/health", "Host: x")).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("means the runtime's tools, and meets the Worker", async () => {
    const other = await get("/nowhere", "Host: x", "MF-Original-URL: http://x/health");
    expect(other).toMatch(/^HTTP\/1\.1 404 .*There is no GET \/nowhere/s);
    expect(await get("/health", "Host: x", "MF-Original-URL: x", "MF-CF-Blob: {")).toMatch(
      /^HTTP\/1\.1 200 /,
    );
    const bucket = await get("/cdn-cgi/local/r2/public/bobbin-files/x", "Host: localhost");
    expect(bucket).toMatch(/^HTTP\/1\.1 404 .*There is no GET \/cdn-cgi/s);
  });
});

describe("an upload", () => {
  it("that is announced too large is refused before it is sent", async () => {
    const tooLong = FILE.maxBytes + FILE.formAllowanceBytes + 1;
    const answer = await exchange(uploadHead(`Content-Length: ${tooLong}`), PART);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"payload_too_large_error"');
    expect(await listFiles()).toEqual([]);
  });

  it("that breaks off leaves no file, be it small or large", async () => {
    const length = `Content-Length: ${40 * MIB}`;
    await breakOff(uploadHead(length), PART, Buffer.alloc(1000, "x"));
    await breakOff(uploadHead(length), PART, Buffer.alloc(20 * MIB, "x"));
    expect(await listFiles()).toEqual([]);
    expect(server.output()).not.toContain("unforeseen");
  });

  it("of untold length is taken in as it comes", async () => {
    const body = Buffer.from(`${PART}Hello${END}`);
    const chunks = [...body].map((byte) => `1\r\n${String.fromCharCode(byte)}\r\n`);
    const answer = await exchange(uploadHead("Transfer-Encoding: chunked"), ...chunks, "0\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(await listFiles()).toMatchObject([{ size: 5 }]);
  });
});

describe("a JSON body", () => {
  it("that breaks off does nothing and disturbs nobody", async () => {
    await breakOff(head("/threads", ["Content-Length: 1000"]), '{"metadata":');
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    expect(server.output()).not.toContain("unforeseen");
  });

  it("that is announced too large is refused before it is sent", async () => {
    const answer = await exchange(head("/threads", [`Content-Length: ${2 * MIB}`]), "{");
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });
});

describe.concurrent("a client that goes silent", () => {
  it("or trickles its headers is cut off", async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const closed = closeOf(socket.resume());
    socket.write("GET /health HTTP/1.1\r\nHost: x\r\n");
    const trickle = setInterval(() => socket.write("X-A: b\r\n"), 1000);
    await closed;
    clearInterval(trickle);
    expect(socket.destroyed).toBe(true);
  });

  it("in mid-body is given up after a while, in the words of its dialect", async () => {
    const began = [
      [head("/threads", ["Content-Length: 1000"]), "{"],
      [head("/threads", ["Transfer-Encoding: chunked"]), "1\r\n{\r\n"],
      [head("/threads", ["Content-Length: 1000"]).replace("/api/sdk", "/v1"), "{"],
      [uploadHead("Content-Length: 1000"), PART],
      [head("/import", ["Content-Length: 1000"]), "{"],
    ];
    const answers = await Promise.all(began.map(async (pieces) => exchange(...pieces)));
    for (const answer of answers) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 .*(?:"request_timeout_error"|"request_timeout")/s);
    }
    expect(await listFiles()).toHaveLength(1);
  });
});

describe("streams", () => {
  it("of twice as many as there is room for end whole, half of them asked to come back", async () => {
    const crowd = { streams: 2 * STREAMS_AT_ONCE, tokens: 100, delayMs: 5 };
    const report = await streamCrowd({ url: server.url, ...DEMO }, crowd);
    expect(report.faults).toEqual([]);
    expect(report.lateMs).toHaveLength(crowd.streams);
    expect(report.refused).toBeGreaterThanOrEqual(STREAMS_AT_ONCE);
  });
});

describe("many large bodies at once", () => {
  /** Just below the limit, and taken. */
  const message = { role: "user", content: "x".repeat(250_000) };
  const large = JSON.stringify({ messages: Array.from({ length: 4 }, () => message) });
  const post = head("/threads", [`Content-Length: ${large.length}`]);
  /** Sixteen of them are a project's share of an isolate. */
  const MANY = 100;

  it("are taken as far as there is room, and else asked to come back", async () => {
    const answers = await Promise.all(
      Array.from({ length: MANY }, async () => exchange(post, large)),
    );
    const refused = answers.filter((answer) => !answer.startsWith("HTTP/1.1 200 "));
    expect(refused.length).toBeLessThan(MANY);
    for (const answer of refused) {
      expect(answer).toMatch(/^HTTP\/1\.1 503 .*\r\nRetry-After: \d/s);
    }
    expect(await exchange(post, large)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("give their room back though nobody waits for the answer", async () => {
    for (let times = 0; times < MANY; times += 1) {
      await breakOff(post, times % 2 === 0 ? large : large.slice(0, -1));
    }
    await expect
      .poll(async () => (await exchange(post, large)).slice(0, 12), { timeout: 30_000 })
      .toBe("HTTP/1.1 200");
    const together = Array.from({ length: 15 }, async () => exchange(post, large));
    for (const answer of await Promise.all(together)) {
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    }
  });
});

describe("curl", () => {
  it("sends the published samples as they are printed", async () => {
    const cookie = ["-H", "Cookie: NEXT_LOCALE=en"];
    const thread = z
      .object({ id: z.string() })
      .parse(await curl("/threads", ...cookie, "-d", CREATE_THREAD_WITH_MESSAGES));
    const ran = await curl(
      `/p/${DEMO.projectId}/a/${DEMO.toolId}/r`,
      "-L",
      "-H",
      "Content-Type: application/json",
      "-d",
      RUN_TOOL.replace('"openai"', '"offline"').replace("UHSHhnkWGElWShQS5ZtOa", thread.id),
    );
    expect(ran).toMatchObject({ run: { status: { run: "succeeded" } } });
    const listed = await curl(`/threads/${thread.id}/messages?order=asc`);
    expect(listed).toMatchObject({
      list: [{ role: "user" }, { role: "assistant" }, { role: "assistant", name: "chat" }],
    });
  });
});
