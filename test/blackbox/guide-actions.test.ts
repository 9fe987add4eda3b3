/**
 * The chapter on actions has every type, with the fields that a deploy judges by; each example deploys,
 * runs and gives what is shown. `WRITE_GUIDE=1` writes tables and outputs anew.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import process from "node:process";

import { afterAll, beforeAll, expect, it } from "vitest";
import * as z from "zod";

import { ACTION_TYPES } from "../../src/domain/tool.ts";
import { ActionChapter, fieldTable } from "../support/action-chapter.ts";
import { comparable } from "../support/guide-chapters.ts";
import { startServer, temporaryStateDir } from "../support/local-server.ts";
import type { LocalServer } from "../support/local-server.ts";

const SHOP = "https://shop.example";
const MODEL_SECTION = "Config of a model";
const Schema = z.looseObject({ properties: z.record(z.string(), z.looseObject({})).default({}) });
const ActionSchema = z.looseObject({
  properties: z.looseObject({ spec: Schema, config: Schema }),
});
type ActionSchema = z.output<typeof ActionSchema>;
const Trace = z.tuple([
  z.tuple([z.string(), z.string()]),
  z.array(z.array(z.object({ value: z.unknown(), error: z.string().nullable() }))),
]);
const Reply = z.object({
  run: z.object({ status: z.object({ run: z.string() }), traces: z.array(Trace) }),
});
const Made = z.object({ tool: z.object({ id: z.string() }) });

const isWriting = process.env["WRITE_GUIDE"] === "1";
const chapter = await new ActionChapter().read();

let state: Awaited<ReturnType<typeof temporaryStateDir>>;
let server: LocalServer;
let shop: Server;
let shopUrl: string;
let schemas: Map<string, ActionSchema>;
let input: unknown;

beforeAll(async () => {
  state = await temporaryStateDir();
  server = await startServer({
    script: "start",
    stateDir: state.dir,
    env: { ALLOW_LOOPBACK: "true" },
  });
  shop = createServer((request, response) => {
    response.sendDate = false;
    const isJson = request.url === "/rates.json";
    response.setHeader("Content-Type", isJson ? "application/json" : "text/html");
    response.end(
      isJson ? '{"eur":1,"chf":0.94}' : "<h1>Looms</h1><ul><li>Big</li><li>Small</li></ul>",
    );
  }).listen(0, "127.0.0.1");
  await once(shop, "listening");
  const address = shop.address();
  shopUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const document = z
    .object({ components: z.object({ schemas: z.record(z.string(), z.unknown()) }) })
    .parse(await (await fetch(`${server.url}/openapi.json`)).json());
  schemas = new Map(
    ACTION_TYPES.map((type) => {
      const name = `${type.charAt(0).toUpperCase()}${type.slice(1)}Action`;
      return [type, ActionSchema.parse(document.components.schemas[name])] as const;
    }),
  );
  input = await prepare();
});
afterAll(async () => {
  if (isWriting) {
    await chapter.write();
  }
  shop.close();
  await server.stop();
  await state.remove();
});

it.each(ACTION_TYPES)("has the fields of %s", (type) => {
  const model = Object.keys(schemas.get("model")?.properties.config.properties ?? {});
  const { spec, config } = schemas.get(type)?.properties ?? {};
  const isModel = type === "chat" || type === "model";
  const table = fieldTable(
    { ...(spec && { spec }), ...(config && { config }) },
    (name) => isModel && model.includes(name),
  );
  expect(tableUnder(type, table)).toBe(squeezed(table));
});

it("has the fields that chat and model share", () => {
  const config = schemas.get("model")?.properties.config;
  const table = fieldTable({ ...(config && { config }) });
  expect(tableUnder(MODEL_SECTION, table)).toBe(squeezed(table));
});

it.each(ACTION_TYPES)("shows what %s gives", async (type) => {
  const { example } = chapter.section(type);
  const middle = [example ?? []].flat().filter((action) => nameOf(action) !== "OUTPUT");
  const seen = seenBehind(middle);
  const output =
    type === "output" ? [example].flat() : [{ name: "OUTPUT", type: "output", ...seen }];
  const actions = [{ name: "INPUT", type: "input" }, ...middle, ...output];
  const { tool } = Made.parse(
    await post("/p/d0d0d0d0d0d0d0d0d0d0/a", { name: `example_${type}`, actions }),
  );
  const threadId = await threadOfTwo();
  const { run } = Reply.parse(
    await post(`/p/d0d0d0d0d0d0d0d0d0d0/a/${tool.id}/r`, { inputs: [input], thread_id: threadId }),
  );

  expect(run).toMatchObject({ status: { run: "succeeded" } });
  const cells = run.traces.findLast(([[traced]]) => traced === (seen ? "output" : type))?.[1];
  const given = cells?.[0]?.[0]?.value;
  if (isWriting && type !== "input" && plain(chapter.section(type).shown) !== plain(given)) {
    chapter.setShown(type, JSON.parse(JSON.stringify(given).replaceAll(shopUrl, SHOP)));
  }
  expect(plain(given)).toBe(plain(type === "input" ? input : chapter.section(type).shown));
});

function tableUnder(heading: string, table: string): string {
  if (isWriting && squeezed(chapter.section(heading).table) !== squeezed(table)) {
    chapter.setTable(heading, table);
  }
  return squeezed(chapter.section(heading).table);
}

/** Without the spaces that a formatter puts into tables. */
function squeezed(table: string): string {
  return table.replaceAll(/ {2,}/g, " ").replaceAll(/-{3,}/g, "---").replaceAll("| --- |", "|---|");
}

function plain(value: unknown): string {
  return comparable((JSON.stringify(value) ?? "").replaceAll(shopUrl, SHOP));
}

/** For a block: what stands behind it under its own name and under those of the actions in it. */
function seenBehind(actions: readonly unknown[]): { spec: object } | null {
  const Block = z.looseObject({
    name: z.string(),
    actions: z.array(z.unknown()),
    else: z.array(z.unknown()).default([]),
  });
  const block = Block.safeParse(actions[0]).data;
  if (block === undefined) {
    return null;
  }
  const names = [block.name, ...[...block.actions, ...block.else].map(nameOf)];
  return { spec: { value: Object.fromEntries(names.map((name) => [name, `{{ ${name} }}`])) } };
}

function nameOf(action: unknown): string {
  return z.object({ name: z.string() }).parse(action).name;
}

/** The chapter's input with the ids of what it names. */
async function prepare(): Promise<unknown> {
  const double = [
    { name: "INPUT", type: "input" },
    { name: "OUTPUT", type: "output", spec: { value: "{{ INPUT.number * 2 }}" } },
  ];
  const { tool } = Made.parse(
    await post("/p/d0d0d0d0d0d0d0d0d0d0/a", { name: "double", actions: double }),
  );
  const things = {
    text_file: await upload("hours.txt", "Bobbins are changed at noon.\n"),
    table_file: await upload("stock.csv", "item,pieces\nloom,2\nreed,5\n"),
    tool: tool.id,
  };
  await post("/p/d0d0d0d0d0d0d0d0d0d0/knowledge", { name: "rules" });
  await call("PUT", "/p/d0d0d0d0d0d0d0d0d0d0/knowledge/rules/d/bobbins", {
    text: "Bobbins are changed at noon, by whoever is nearest.",
    tags: ["floor"],
  });
  return { ...z.looseObject({}).parse(chapter.input), ...things };
}

async function threadOfTwo(): Promise<string> {
  const messages = [
    { role: "user", content: "Is the mill open?" },
    { role: "assistant", content: "It is." },
  ];
  return z.object({ id: z.string() }).parse(await post("/threads", { metadata: {}, messages })).id;
}

async function upload(name: string, text: string): Promise<string> {
  const form = new FormData();
  form.append("file", new File([text], name));
  const headers = { Authorization: "Bearer sk-dev" };
  const made = await fetch(`${server.url}/api/sdk/files`, { method: "POST", headers, body: form });
  return z.object({ fileId: z.string() }).parse(await made.json()).fileId;
}

function post(path: string, body: object): Promise<unknown> {
  return call("POST", path, body);
}

async function call(method: string, path: string, body: object): Promise<unknown> {
  const reply = await fetch(`${server.url}/api/sdk${path}`, {
    method,
    headers: { Authorization: "Bearer sk-dev", "Content-Type": "application/json" },
    body: JSON.stringify(body).replaceAll(SHOP, shopUrl),
  });
  const text = await reply.text();
  expect({ path, status: reply.status, text }).toMatchObject({ status: 200 });
  return JSON.parse(text);
}
