/**
 * What no well-behaved client sends, byte by byte over real sockets: uploads that break off, lie
 * about their length or never say it, and the published samples as curl sends them. Proves what the
 * server answers and that it goes on serving; what is left in the bucket is proven in
 * `store/store-bytes.test.ts`.
 */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { FILE } from "../../src/limits.ts";
import { CREATE_THREAD_WITH_MESSAGES, RUN_TOOL } from "../fixtures/seeds/bodies.ts";
import { startServer, temporaryStateDir } from "../support/local-server.ts";
import type { LocalServer } from "../support/local-server.ts";

const MIB = 1024 * 1024;
const BOUNDARY = "XX";
const PART = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n`;
const END = `\r\n--${BOUNDARY}--\r\n`;

const Files = z.object({ files: z.array(z.object({ uuid: z.string(), size: z.int() })) });

let state: Awaited<ReturnType<typeof temporaryStateDir>>;
let server: LocalServer;

beforeAll(async () => {
  state = await temporaryStateDir();
  server = await startServer({ script: "start", stateDir: state.dir });
});
afterAll(async () => {
  await server.stop();
  await state.remove();
});

function head(path: string, headers: string[]): string {
  const lines = [`POST /api/sdk${path} HTTP/1.1`, "Host: bobbin.test", "Connection: close"];
  return [...lines, `Authorization: Bearer ${DEMO.key}`, ...headers, "", ""].join("\r\n");
}

function uploadHead(length: string): string {
  return head("/files", [`Content-Type: multipart/form-data; boundary=${BOUNDARY}`, length]);
}

/** Sends the pieces and reads what comes until the server closes. */
async function exchange(...pieces: (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.setEncoding("utf8").on("data", (data: string) => {
    text += data;
  });
  // A server that has refused may close before everything is sent.
  socket.on("error", () => undefined);
  for (const piece of pieces) {
    socket.write(piece);
  }
  await once(socket, "close");
  return text;
}

/** Sends the pieces and is gone. */
async function breakOff(...pieces: (string | Buffer)[]): Promise<void> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  for (const piece of pieces) {
    if (!socket.write(piece)) {
      await once(socket, "drain");
    }
  }
  socket.destroy();
  await once(socket, "close");
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
