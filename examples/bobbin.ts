/**
 * What the examples need of a Bobbin server. BOBBIN_URL, BOBBIN_KEY and BOBBIN_PROJECT name it; by
 * default it is the one that `npm run dev` starts. With OPENAI_API_KEY in the environment, which the
 * server must have as well, a model of OpenAI answers (BOBBIN_MODEL says which), else `offline`.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";

import * as z from "zod";

import { DEMO } from "../scripts/local/demo-project.ts";
import { addressOf, readSettings, UserError } from "../scripts/local/settings.ts";

const Definition = z.object({
  name: z.string(),
  description: z.string(),
  actions: z.array(z.unknown()),
});
const ToolList = z.object({ tools: z.array(z.object({ id: z.string(), name: z.string() })) });
const Deployed = z.object({ tool: z.object({ id: z.string() }) });
const Uploaded = z.object({ fileId: z.string() });
const Cell = z.object({ value: z.unknown(), error: z.string().nullable() });
const RunReply = z.object({
  run: z.object({
    status: z.object({ run: z.string() }),
    traces: z.array(z.tuple([z.tuple([z.string(), z.string()]), z.array(z.array(Cell))])),
    results: z.array(z.array(Cell)).nullable(),
  }),
});
const Message = z.object({ role: z.string(), content: z.string() });

export interface RunBody {
  thread_id?: string;
  inputs?: object[];
  config?: Record<string, object>;
}

export interface RunOutcome {
  /** The answer's words; JSON where the result is no message. */
  answer: string;
  /** What an action made, each time that it ran. */
  outputsOf: (action: string) => unknown[];
}

export class Bobbin {
  readonly #server: string;
  readonly #key: string;
  readonly #project: string;

  constructor(env: NodeJS.ProcessEnv = process.env) {
    this.#server = env["BOBBIN_URL"] ?? addressOf(readSettings());
    this.#key = env["BOBBIN_KEY"] ?? DEMO.key;
    this.#project = env["BOBBIN_PROJECT"] ?? DEMO.projectId;
  }

  /** `/p/<project>`: where tools and knowledge are. */
  get home(): string {
    return `/p/${this.#project}`;
  }

  /**
   * Deploys the definition in this file: as a new version of the tool of its name, if there is one.
   * In the text of the file, `$NAME` stands for what `values` has under NAME. Returns the tool's id.
   */
  async deploy(file: string, values: Record<string, string> = {}): Promise<string> {
    let text = await readFile(file, "utf8");
    for (const [name, value] of Object.entries(values)) {
      text = text.replaceAll(`$${name}`, value);
    }
    const { actions, ...about } = Definition.parse(JSON.parse(text));
    const { tools } = ToolList.parse(await this.get(`${this.home}/a`));
    const known = tools.find(({ name }) => name === about.name);
    const deployed = await (known === undefined
      ? this.send("POST", `${this.home}/a`, { ...about, actions, default_version: "live" })
      : this.send("POST", `${this.home}/a/${known.id}/v`, { actions, live: true }));
    return Deployed.parse(deployed).tool.id;
  }

  async upload(file: string): Promise<string> {
    const form = new FormData();
    form.set("file", new Blob([await readFile(file)]), path.basename(file));
    return Uploaded.parse(await this.#call("/files", { method: "POST", body: form })).fileId;
  }

  /** Runs the tool to its end. A run that fails ends the example with the error of its action. */
  async run(toolId: string, body: RunBody): Promise<RunOutcome> {
    const reply = await this.send("POST", `${this.home}/a/${toolId}/r`, body);
    const { run } = RunReply.parse(reply);
    const result = run.results?.[0]?.[0];
    if (result === undefined) {
      throw new UserError(`The run has ${run.status.run}: ${firstError(run.traces)}`);
    }
    const message = Message.safeParse(result.value);
    return {
      answer: message.success ? message.data.content : JSON.stringify(result.value),
      outputsOf: (action) =>
        run.traces
          .filter(([[, name]]) => name === action)
          .flatMap(([, cells]) => cells.flat().map(({ value }) => value)),
    };
  }

  async get(at: string): Promise<unknown> {
    return this.#call(at);
  }

  async send(method: "POST" | "PUT", at: string, body: object): Promise<unknown> {
    const headers = { "Content-Type": "application/json" };
    return this.#call(at, { method, headers, body: JSON.stringify(body) });
  }

  async #call(at: string, init: RequestInit = {}): Promise<unknown> {
    const url = `${this.#server}/api/sdk${at}`;
    const headers = new Headers(init.headers);
    headers.set("Authorization", `Bearer ${this.#key}`);
    const response = await fetch(url, { ...init, headers }).catch((error: unknown) => {
      throw new UserError(`Nothing answers at ${this.#server}. Start it first: npm run dev`, {
        cause: error,
      });
    });
    const text = await response.text();
    if (!response.ok) {
      throw new UserError(`${init.method ?? "GET"} ${url}: ${response.status} ${text}`);
    }
    return JSON.parse(text);
  }
}

/** The config of an action that asks a model; `offline` is what that provider is to do in its place. */
export function model(offline: object = {}): object {
  return process.env["OPENAI_API_KEY"]
    ? { provider_id: "openai", model_id: process.env["BOBBIN_MODEL"] ?? "gpt-4o-mini" }
    : { provider_id: "offline", offline };
}

function firstError(traces: z.output<typeof RunReply>["run"]["traces"]): string {
  for (const [[, name], cells] of traces) {
    const failed = cells.flat().find(({ error }) => error !== null);
    if (failed !== undefined) {
      return `${name}: ${failed.error}`;
    }
  }
  return "no action tells why";
}
