/** Files as OpenAI's clients upload them: fields in any order around the file, types that nobody names, expiry. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import { sweep } from "../../src/scheduled";
import { type Call, call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";

const V1 = "/openai/v1/files";
const HOUR_MS = 3_600_000;

let project: TestProject;

beforeAll(async () => {
  project = await makeProject();
});

const send = (options: Call) => call(V1, { key: project.key, ...options });
const get = (path: string) => call(V1 + path, { key: project.key });

const PURPOSE = field("purpose", "assistants");
const FILE = 'Content-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello';

function field(name: string, value: string): string {
  return `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
}

function form(...parts: string[]): Call {
  return {
    headers: { "Content-Type": "multipart/form-data; boundary=XX" },
    body: [...parts.map((part) => `--XX\r\n${part}\r\n`), "--XX--\r\n"].join(""),
  };
}

/** As the SDKs send a file of which they know nothing but its name. */
function upload(
  content: string | Uint8Array<ArrayBuffer>,
  name: string,
  more: Record<string, string> = {},
) {
  const body = new FormData();
  body.set("purpose", "assistants");
  for (const [key, value] of Object.entries(more)) {
    body.set(key, value);
  }
  body.set("file", new File([content], name, { type: "application/octet-stream" }));
  return send({ body });
}

/** As an SDK marks its tries. */
function sendTry(count: number) {
  const { headers, body } = form(PURPOSE, FILE);
  return send({
    ...(body !== undefined && { body }),
    headers: { ...headers, "X-Stainless-Retry-Count": String(count) },
  });
}

const keys = async () =>
  (await env.FILES.list({ prefix: `files/${project.id}/` })).objects.map(({ key }) => key);

describe("a form", () => {
  it.for([
    ["before", [PURPOSE, FILE]],
    ["behind", [FILE, PURPOSE]],
    [
      "around",
      [
        field("expires_after[anchor]", "created_at"),
        FILE,
        PURPOSE,
        field("expires_after[seconds]", "3600"),
      ],
    ],
  ] as const)("has its fields %s the file", async ([, parts], { expect }) => {
    const { status, json } = await send(form(...parts));
    expect([status, json.filename, json.bytes, json.purpose]).toEqual([
      200,
      "a.txt",
      5,
      "assistants",
    ]);
    const expires = parts.length === 4 ? json.created_at + 3600 : undefined;
    expect(json.expires_at).toBe(expires);
    const path = `/api/sdk/files/${json.id.replace("file-", "")}`;
    const { json: elsewhere } = await call(path, { key: project.key });
    expect(elsewhere.file.purpose).toBe("assistants");
    const expiresAt = elsewhere.file.expiresAt;
    const atSeconds = expiresAt && Math.floor(Date.parse(expiresAt) / 1000);
    expect(atSeconds).toBe(expires);
  });

  it.for<[string, string[], string, string]>([
    ["no purpose", [FILE], "missing_required_parameter", "purpose"],
    ["no file", [PURPOSE], "missing_required_parameter", "file"],
    ["another purpose", [FILE, field("purpose", "fine-tune")], "invalid_value", "purpose"],
    [
      "a field that nobody knows",
      [FILE, PURPOSE, field("title", "x")],
      "unknown_parameter",
      "title",
    ],
    [
      "half an expiry",
      [FILE, PURPOSE, field("expires_after[seconds]", "3600")],
      "missing_required_parameter",
      "expires_after.anchor",
    ],
    [
      "a minute of life",
      [
        FILE,
        PURPOSE,
        field("expires_after[anchor]", "created_at"),
        field("expires_after[seconds]", "60"),
      ],
      "invalid_value",
      "expires_after.seconds",
    ],
    [
      "a field without an end",
      [FILE, field("purpose", "x".repeat(1000))],
      "invalid_value",
      "purpose",
    ],
  ])(
    "with %s is refused for good, and leaves nothing",
    async ([, parts, code, param], { expect }) => {
      const before = await keys();
      const { status, json, headers } = await send(form(...parts));
      expect([status, json.error.code, json.error.param]).toEqual([400, code, param]);
      expect(headers.get("x-should-retry")).toBe("false");
      expect(await keys()).toEqual(before);
    },
  );

  it("that is sent again by an SDK makes one file", async ({ expect }) => {
    const first = await sendTry(0);
    const before = await keys();
    const second = await sendTry(1);
    expect(second.json).toEqual(first.json);
    expect(await keys()).toEqual(before);
  });
});

describe("a file", () => {
  it.for<[string, string | Uint8Array<ArrayBuffer>, string]>([
    ["%PDF-1.7", "%PDF-1.7\n", "application/pdf"],
    [
      "a PNG's mark",
      new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]),
      "image/png",
    ],
    ["words", "words", "application/octet-stream"],
  ])(
    "without a type of its own that begins with %s comes down as what it is",
    async ([, bytes, type], { expect }) => {
      const { json } = await upload(bytes, "blob");
      const down = await get(`/${json.id}/content`);
      expect([down.status, down.headers.get("content-type")]).toEqual([200, type]);
    },
  );

  it("is listed by what it is for", async ({ expect }) => {
    const { json: image } = await upload("GIF89a", "a.gif", { purpose: "vision" });
    const body = new FormData();
    body.set("file", new File(["x"], "of-rebyte.txt"));
    const { json: other } = await call("/api/sdk/files", { key: project.key, body });
    const ids = async (purpose: string) =>
      (await get(`?purpose=${purpose}`)).json.data.map(({ id }: { id: string }) => id);
    expect(await ids("vision")).toEqual([image.id]);
    expect(await ids("assistants")).toContain(`file-${other.fileId}`);
    expect((await get("?limit=10000")).json.data.length).toBeGreaterThan(2);
  });

  it("is gone when its time has come, and its bytes with the next sweep", async ({ expect }) => {
    const more = { "expires_after[anchor]": "created_at", "expires_after[seconds]": "3600" };
    const { json } = await upload("short-lived", "a.txt", more);
    const bare = json.id.replace("file-", "");
    const expire = env.DB.prepare("UPDATE files SET expires_at_ms = ? WHERE id = ?");
    await expire.bind(Date.now() - 1, bare).run();
    const gone = await get(`/${json.id}`);
    expect([gone.status, gone.json.error.message]).toEqual([
      404,
      `No such File object: ${json.id}`,
    ]);
    expect((await call(`/api/sdk/files/${bare}`, { key: project.key })).status).toBe(404);
    expect(await keys()).toContain(`files/${project.id}/${bare}`);
    const { expiredFiles } = await sweep(env, Date.now() + HOUR_MS);
    expect(expiredFiles).toBeGreaterThanOrEqual(1);
    expect(await keys()).not.toContain(`files/${project.id}/${bare}`);
  });

  it("is deleted as OpenAI says it", async ({ expect }) => {
    const { json } = await upload("x", "a.txt");
    const gone = await call(`${V1}/${json.id}`, { key: project.key, method: "DELETE" });
    expect(gone.json).toEqual({ id: json.id, object: "file", deleted: true });
  });
});
