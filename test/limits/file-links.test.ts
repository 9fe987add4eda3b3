/**
 * Proves what the address of a file (`/f/{id}`) opens: that file of its signer's project, until it expires
 * or its secret retires, and never as a page.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import { upload } from "../core/token-bench";
import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";

const MINUTE_S = 60;

interface Signer {
  id: string;
  secret: string;
}

let project: TestProject;
let other: TestProject;
let fileId: string;
let signer: Signer;

beforeAll(async () => {
  [project, other] = await Promise.all([makeProject(), makeProject()]);
  fileId = await upload(project.key, "<script>parent.read()</script>", "page.html");
  signer = await makeSigner(project);
});

async function makeSigner({ key }: TestProject): Promise<Signer> {
  return (await call("/api/sdk/signing-secrets", { key, json: {} })).json;
}

const hex = (moment: string) => `0x${Number(moment).toString(16)}`;
const nowS = () => Math.floor(Date.now() / 1000);

/** As the service signs it. */
async function link(
  { id, secret }: Signer,
  given: { file?: string; expires?: number } = {},
): Promise<string> {
  const { file = fileId, expires = nowS() + MINUTE_S } = given;
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, [
    "sign",
  ]);
  const signature = new Uint8Array(
    await crypto.subtle.sign("HMAC", key, encoder.encode(`file/${file}/${expires}`)),
  );
  const signed = signature.toBase64({ alphabet: "base64url", omitPadding: true });
  return `/f/${file}?e=${expires}&s=${id}.${signed}`;
}

describe("the address of a file", () => {
  it("opens it, as a download of a sandbox", async ({ expect }) => {
    const got = await call(await link(signer));
    expect([got.status, got.text]).toEqual([200, "<script>parent.read()</script>"]);
    expect(got.headers.get("Content-Security-Policy")).toBe("sandbox");
    expect(got.headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(got.headers.get("Content-Disposition")).toContain("attachment");
    const head = await call(await link(signer), { method: "HEAD" });
    expect([head.status, head.text, head.headers.get("Content-Length")]).toEqual([200, "", "30"]);
  });

  it("opens nothing once it has expired, as a whole or in part", async ({ expect }) => {
    const path = await link(signer, { expires: nowS() - 1 });
    for (const given of [{}, { method: "HEAD" }, { headers: { Range: "bytes=0-1" } }]) {
      expect((await call(path, given)).status).toBe(401);
    }
    expect((await call(path)).text).toContain("This link is expired.");
  });

  it("opens nothing once its secret has retired", async ({ expect }) => {
    const retired = await makeSigner(project);
    const path = await link(retired);
    const sql = "UPDATE signing_secrets SET retires_at_ms = 1 WHERE id = ?";
    await env.DB.prepare(sql).bind(retired.id).run();
    expect((await call(path)).status).toBe(401);
    // One that has replaced it opens on.
    expect((await call(await link(await makeSigner(project)))).status).toBe(200);
  });

  it("opens no file of another project, whoever signs", async ({ expect }) => {
    const foreign = await makeSigner(other);
    const mixed = { id: foreign.id, secret: signer.secret };
    for (const path of [
      await link(foreign),
      await link(mixed),
      await link({ id: signer.id, secret: foreign.secret }),
      await link(signer, { file: crypto.randomUUID() }),
    ]) {
      const { status, json } = await call(path);
      expect([status, json.error.type]).toEqual([404, "file_not_found"]);
    }
  });

  it.for([
    ["another time", (path: string) => path.replace(/e=\d+/, `e=${nowS() + 2 * MINUTE_S}`)],
    ["a time that is no number", (path: string) => path.replace(/e=\d+/, "e=NaN")],
    ["its time in hex", (path: string) => path.replace(/e=(\d+)/, (_, e) => `e=${hex(e)}`)],
    ["its time with a fraction", (path: string) => path.replace(/e=\d+/, "$&.0")],
    ["its time with an exponent", (path: string) => path.replace(/e=\d+/, "$&e0")],
    ["its time with a zero before it", (path: string) => path.replace("e=", "e=0")],
    ["its time with a space", (path: string) => path.replace("e=", "e=%20")],
    ["no time", (path: string) => path.replace(/e=\d+&/, "")],
    ["a signature that is cut", (path: string) => path.slice(0, -1)],
    ["another letter of the signature", (path: string) => path.replace(/\.(.)/, ".!")],
    ["no signature", (path: string) => path.replace(/&s=.*/, "")],
    [
      "another secret's name",
      (path: string) => path.replace(/s=[0-9a-f]{20}/, `s=${"0".repeat(20)}`),
    ],
  ] as const)("is none with %s", async ([, change], { expect }) => {
    const path = change(await link(signer));
    expect((await call(path)).status).toBe(404);
  });

  it("is not what a session token's signature signs", async ({ expect }) => {
    const request = { end_user_id: "ada", tools: [], verbs: ["files:read"] };
    const minted = await call("/api/sdk/tokens", { key: project.key, json: request });
    const [head, claims, signature] = String(minted.json.token).split(".");
    const path = `/f/${fileId}?e=${head}.${claims}&s=${signer.id}.${signature}`;
    expect((await call(path)).status).toBe(404);
  });
});
