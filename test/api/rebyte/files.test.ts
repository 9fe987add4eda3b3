import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import { FILE } from "../../../src/limits";
import { type Call, call } from "../../support/call";
import { type TestProject, makeProject } from "../../support/project";

let project: TestProject;
let stranger: TestProject;

beforeAll(async () => {
  [project, stranger] = await Promise.all([makeProject(), makeProject()]);
});

const files = "/api/sdk/files";

function upload(content: string | Uint8Array, name = "a.txt", { key } = project) {
  const body = new FormData();
  body.append("file", new File([content], name, { type: "text/plain" }));
  return call(files, { key, body });
}

function get(path: string, options: Call = {}) {
  return call(`${files}${path}`, { key: project.key, ...options });
}

function form(parts: string[]): Call {
  return {
    headers: { "Content-Type": "multipart/form-data; boundary=XX" },
    body: [...parts.map((part) => `--XX\r\n${part}\r\n`), "--XX--\r\n"].join(""),
  };
}

const FILE_PART = 'Content-Disposition: form-data; name="file"; filename="a.txt"';

/** What is in the bucket for this project, unfinished uploads aside (R2 does not list those). */
async function keysOf({ id }: TestProject): Promise<string[]> {
  const listed = await Promise.all(
    ["files", "derived"].map((prefix) => env.FILES.list({ prefix: `${prefix}/${id}/` })),
  );
  return listed.flatMap(({ objects }) => objects.map(({ key }) => key));
}

describe("POST /files", () => {
  it("stores a file and shows it as the published page does", async ({ expect }) => {
    const uploaded = await upload("你好", "每日推特.txt");
    expect(uploaded.status).toBe(200);
    const { fileId } = uploaded.json;
    expect(uploaded.json).toEqual({
      message: "upload file success",
      fileId: expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
      path: `${project.id}/${fileId}`,
    });
    const { json } = await get(`/${fileId}`);
    expect(json.file).toEqual({
      uuid: fileId,
      name: "每日推特.txt",
      mimeType: "text/plain",
      size: 6,
      projectId: project.number,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  it(
    "stores files around the size of one part byte by byte",
    { timeout: 30_000 },
    async ({ expect }) => {
      const pattern = crypto.getRandomValues(new Uint8Array(65_521));
      for (const size of [1, FILE.uploadPartBytes, FILE.uploadPartBytes + 1]) {
        const content = new Uint8Array(size);
        for (let at = 0; at < size; at += pattern.length) {
          content.set(pattern.subarray(0, size - at), at);
        }
        const { json } = await upload(content, "big.bin");
        const stored = await env.FILES.get(`files/${json.path}`);
        const bytes = new Uint8Array((await stored?.arrayBuffer()) ?? []);
        expect(bytes.byteLength).toBe(size);
        expect(await digest(bytes)).toBe(await digest(content));
      }
    },
  );

  it.for<[string, Call, number, string, string]>([
    ["no body", { method: "POST" }, 415, "unsupported_media_type_error", "multipart/form-data"],
    ["JSON", { json: { file: "x" } }, 415, "unsupported_media_type_error", "multipart/form-data"],
    [
      "a form without a boundary",
      { body: "x", headers: { "Content-Type": "multipart/form-data" } },
      415,
      "unsupported_media_type_error",
      "with a boundary",
    ],
    ["an empty form", form([]), 400, "invalid_request_error", "file is required"],
    [
      "an empty file",
      form([`${FILE_PART}\r\n\r\n`]),
      400,
      "invalid_request_error",
      "must not be empty",
    ],
    [
      "a field in place of a file",
      form(['Content-Disposition: form-data; name="file"\r\n\r\na.txt']),
      400,
      "invalid_request_error",
      "must be a file with a file name",
    ],
    [
      "two files",
      form([`${FILE_PART}\r\n\r\n1`, `${FILE_PART}\r\n\r\n2`]),
      400,
      "invalid_request_error",
      "must be given once",
    ],
    [
      "an unknown field behind the file",
      form([`${FILE_PART}\r\n\r\n1`, 'Content-Disposition: form-data; name="purpose"\r\n\r\nx']),
      400,
      "invalid_request_error",
      'purpose is not a known field: the field is "file", as curl -F file=@path sends it',
    ],
    [
      "a part without a name",
      form(["Content-Type: text/plain\r\n\r\nx"]),
      400,
      "invalid_request_error",
      "does not name its field",
    ],
    [
      "a body that breaks off inside the file",
      { ...form([]), body: `--XX\r\n${FILE_PART}\r\n\r\nhalf of i` },
      400,
      "invalid_request_error",
      "ends before its last boundary",
    ],
  ])(
    "refuses %s and leaves nothing behind",
    async ([, options, status, type, words], { expect }) => {
      const lonely = await makeProject();
      const refused = await call(files, { ...options, key: lonely.key });
      expect(refused.status).toBe(status);
      expect(refused.json.error.type).toBe(type);
      expect(refused.json.error.message).toContain(words);
      expect(await keysOf(lonely)).toEqual([]);
      expect((await call(files, { key: lonely.key })).json).toEqual({ files: [] });
    },
  );

  it("refuses by its length what is too large, before reading it", async ({ expect }) => {
    const refused = await call(files, {
      ...form([]),
      key: project.key,
      headers: {
        "Content-Type": "multipart/form-data; boundary=XX",
        "Content-Length": String(FILE.maxBytes + FILE.formAllowanceBytes + 1),
      },
    });
    expect(refused.status).toBe(413);
    expect(refused.json.error).toMatchObject({
      type: "payload_too_large_error",
      message: `The file is larger than ${FILE.maxBytes} bytes.`,
    });
  });
});

describe("GET /files", () => {
  it("lists the newest first and pages", async ({ expect }) => {
    const lonely = await makeProject();
    const ids: string[] = [];
    for (const name of ["1", "2", "3"]) {
      ids.push((await upload(name, `${name}.txt`, lonely)).json.fileId);
    }
    const listed = async (query: string) => {
      const { json } = await call(`${files}${query}`, { key: lonely.key });
      return json.files.map((file: { uuid: string }) => file.uuid);
    };
    expect(await listed("")).toEqual(ids.toReversed());
    expect(await listed("?order=asc&limit=2")).toEqual(ids.slice(0, 2));
    expect(await listed(`?after=${ids[2]}`)).toEqual([ids[1], ids[0]]);
    expect((await call(`${files}?limit=1001`, { key: lonely.key })).status).toBe(400);
  });
});

describe("GET /files/{file_id}/content", () => {
  it("gives the bytes with headers that keep a browser from running them", async ({ expect }) => {
    const { fileId } = (await upload("你好", "每日推特.html")).json;
    const content = await get(`/${fileId}/content`);
    expect(content.text).toBe("你好");
    expect(Object.fromEntries(content.headers)).toMatchObject({
      "accept-ranges": "bytes",
      "content-disposition": `attachment; filename="____.html"; filename*=UTF-8''%E6%AF%8F%E6%97%A5%E6%8E%A8%E7%89%B9.html`,
      "content-length": "6",
      "content-type": "text/plain",
      etag: expect.stringMatching(/^"[0-9a-f]+"$/),
      "x-content-type-options": "nosniff",
    });
  });

  it("says in which legacy encoding the upload was said to be", async ({ expect }) => {
    const part = FILE_PART.replace("a.txt", "a.csv");
    const uploaded = await call(files, {
      ...form([`${part}\r\nContent-Type: text/csv; charset=cp932\r\n\r\na,b`]),
      key: project.key,
    });
    const content = await get(`/${uploaded.json.fileId}/content`);
    expect(content.headers.get("Content-Type")).toBe("text/csv; charset=shift_jis");
  });

  it("honours a range, an entity tag, and a range of the tagged file alone", async ({ expect }) => {
    const { fileId } = (await upload("0123456789")).json;
    const content = (headers: Record<string, string>) => get(`/${fileId}/content`, { headers });
    const whole = await content({});
    const etag = whole.headers.get("ETag") ?? "";

    const part = await content({ Range: "bytes=2-4" });
    expect([part.status, part.text]).toEqual([206, "234"]);
    expect(part.headers.get("Content-Range")).toBe("bytes 2-4/10");
    expect(part.headers.get("Content-Length")).toBe("3");
    expect((await content({ Range: "bytes=-3" })).text).toBe("789");
    expect((await content({ Range: "bytes=0-1,4-5" })).text).toBe("0123456789");

    const beyond = await content({ Range: "bytes=10-" });
    expect(beyond.status).toBe(416);
    expect(beyond.headers.get("Content-Range")).toBe("bytes */10");
    expect(beyond.json.error.type).toBe("range_not_satisfiable_error");

    const same = await content({ "If-None-Match": `"other", W/${etag}` });
    expect([same.status, same.text]).toEqual([304, ""]);
    expect(same.headers.get("ETag")).toBe(etag);
    expect((await content({ "If-None-Match": '"other"' })).status).toBe(200);

    const resumed = await content({ Range: "bytes=8-", "If-Range": etag });
    expect([resumed.status, resumed.text]).toEqual([206, "89"]);
    const changed = await content({ Range: "bytes=8-", "If-Range": '"other"' });
    expect([changed.status, changed.text]).toEqual([200, "0123456789"]);
  });

  it("answers HEAD with the headers alone", async ({ expect }) => {
    const { fileId } = (await upload("0123456789")).json;
    const head = await get(`/${fileId}/content`, { method: "HEAD" });
    expect([head.status, head.text]).toEqual([200, ""]);
    expect(head.headers.get("Content-Length")).toBe("10");
  });
});

describe("DELETE /files/{file_id}", () => {
  it("deletes row, bytes and what was made of them; messages keep the id", async ({ expect }) => {
    const { fileId } = (await upload("x")).json;
    await env.FILES.put(`derived/${project.id}/${fileId}/text`, "x");
    const thread = await call("/api/sdk/threads", {
      key: project.key,
      json: { messages: [{ role: "user", content: "see", file_ids: [fileId] }] },
    });
    const deleted = await get(`/${fileId}`, { method: "DELETE" });
    expect(deleted.json).toEqual({ message: "deleted", fileId });
    expect((await keysOf(project)).filter((key) => key.includes(fileId))).toEqual([]);
    expect((await get(`/${fileId}`)).json.error.type).toBe("file_not_found");
    expect((await get(`/${fileId}/content`)).status).toBe(404);
    const { json } = await call(`/api/sdk/threads/${thread.json.id}/messages`, {
      key: project.key,
    });
    expect(json.list[0].file_ids).toEqual([fileId]);
  });
});

describe("another project's file", () => {
  it("is as unknown as one that never was", async ({ expect }) => {
    const { fileId } = (await upload("secret", "a.txt", stranger)).json;
    const unknownId = crypto.randomUUID();
    const headers = { "X-Request-Id": "same" };
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "/content"],
      ["DELETE", ""],
    ] as const) {
      const foreign = await get(`/${fileId}${path}`, { method, headers });
      const unknown = await get(`/${unknownId}${path}`, { method, headers });
      expect(foreign.status).toBe(404);
      expect(foreign.text.replaceAll(fileId, unknownId)).toBe(unknown.text);
    }
    const message = { role: "user", content: "x", file_ids: [fileId] };
    const refused = await call("/api/sdk/threads", {
      key: project.key,
      json: { messages: [message] },
    });
    expect(refused.status).toBe(400);
    expect((await call(`${files}/${fileId}/content`, { key: stranger.key })).text).toBe("secret");
  });
});

async function digest(bytes: Uint8Array): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).join();
}
