/** What the programs of one major share: tools, tokens, and chats as their pages hold them. */
import { setTimeout as pause } from "node:timers/promises";

import type { ChatInit, UIMessage } from "ai";

import { DEMO } from "../../../scripts/local/demo-project.ts";
import type { Sdk } from "./majors.ts";

/** What a chat's page needs: `threads:delete` and files are the user's own here. */
const VERBS = [
  "threads:create",
  "threads:read",
  "messages:create",
  "messages:read",
  "runs:create",
  "runs:read",
  "runs:cancel",
  "runs:submit",
  "files:create",
  "files:read",
];

export type Action = Record<string, unknown>;

/** INPUT, the thread, a chat with this spec and config, OUTPUT. */
export function chatTool(config: object, spec: object = {}): Action[] {
  return [
    { name: "INPUT", type: "input" },
    { name: "HISTORY", type: "thread" },
    {
      name: "MODEL_CALL",
      type: "chat",
      spec: { messages: "{{ HISTORY.messages }}", ...spec },
      config: { provider_id: "offline", model_id: "offline", ...config },
    },
    { name: "OUTPUT", type: "output" },
  ];
}

export interface OpenChat extends Omit<ChatInit<UIMessage>, "transport"> {
  id: string;
  tool: string;
  /** A token or key in place of the user's. */
  key?: string;
  /** Of the chat's address. */
  query?: string;
  /** What the transport sends by. */
  send?: typeof fetch;
  /** Waits so long where there is nothing to resume. */
  waitSeconds?: number;
}

export class Bench {
  readonly sdk: Sdk;
  readonly url: string;
  /** `POST path` of all that chats have sent. */
  readonly sent: string[] = [];
  /** The end user: one a major, so that each has chats of its own. */
  readonly user: string;
  /** Another server, which has `/lamp.txt`. */
  readonly web: string;

  constructor(sdk: Sdk, url: string, web = "") {
    this.sdk = sdk;
    this.url = url;
    this.web = web;
    this.user = `ada-${sdk.major}`;
  }

  async call(path: string, init: { json?: object; key?: string; method?: string } = {}) {
    const { json, key = DEMO.key, method = json === undefined ? "GET" : "POST" } = init;
    const reply = await fetch(`${this.url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await reply.text();
    // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever came
    const body: any = text === "" ? null : JSON.parse(text);
    return { status: reply.status, body };
  }

  /** @param outputs Actions of which tokens are told all. */
  async deploy(name: string, actions: Action[], outputs: string[] = []): Promise<string> {
    const json = {
      name: `${name}_${this.sdk.major}`,
      actions,
      default_version: "live",
      open: { outputs },
    };
    const { body } = await this.call(`/api/sdk/p/${DEMO.projectId}/a`, { json });
    return body.tool.id;
  }

  async token(tool: string, claims: object = {}): Promise<string> {
    const json = { end_user_id: this.user, tools: [tool], verbs: VERBS, ...claims };
    const { body } = await this.call("/api/sdk/tokens", { json });
    return body.token;
  }

  api(tool: string): string {
    return `/ui/v1/tools/${tool}/chat`;
  }

  /** A chat as `useChat` makes it. */
  async chat({ tool, key, query = "", waitSeconds, send = fetch, ...init }: OpenChat) {
    const { Chat, DefaultChatTransport, major } = this.sdk;
    const token = key ?? (await this.token(tool));
    const api = `${this.url}${this.api(tool)}`;
    const settings = `?parts=${major}${query}`;
    const counted: typeof fetch = (input, options) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      this.sent.push(`${options?.method ?? "GET"} ${pathname}`);
      return send(input, options);
    };
    const transport = new DefaultChatTransport<UIMessage>({
      api: `${api}${settings}`,
      headers: () => ({ Authorization: `Bearer ${token}` }),
      fetch: counted,
      ...(waitSeconds === undefined
        ? {}
        : {
            prepareReconnectToStreamRequest: ({ id }) => ({
              api: `${api}/${id}/stream${settings}&wait=${waitSeconds}`,
              headers: { Authorization: `Bearer ${token}` },
            }),
          }),
    });
    return new Chat<UIMessage>({ ...init, transport });
  }

  /** What a page loads before it opens the chat. */
  async loaded(tool: string, id: string): Promise<UIMessage[]> {
    const path = `${this.api(tool)}/${id}/messages?parts=${this.sdk.major}`;
    const { body } = await this.call(path, { key: await this.token(tool) });
    return body.messages;
  }

  /** Texts of the thread as ReByte's dialect has it, the oldest first. */
  async thread(tool: string, id: string): Promise<string[]> {
    const { body } = await this.call(this.api(tool), { key: await this.token(tool) });
    const { threadId } = body.chats.find((chat: { id: string }) => chat.id === id);
    const listed = await this.call(`/api/sdk/threads/${threadId}/messages`);
    return listed.body.list.map(({ content }: { content: string }) => content).toReversed();
  }

  /** Runs of the chat's tool. */
  async runs(tool: string): Promise<{ run_id: string; status: { run: string } }[]> {
    const { body } = await this.call(`/api/sdk/p/${DEMO.projectId}/a/${tool}/r`);
    return body.runs;
  }

  stop(tool: string, id: string, key: string) {
    return this.call(`${this.api(tool)}/${id}/stop`, { json: {}, key });
  }
}

export const textOf = (message: UIMessage | undefined): string =>
  (message?.parts ?? []).flatMap((part) => (part.type === "text" ? [part.text] : [])).join("|");

export const textsOf = (messages: readonly UIMessage[]): string[] => messages.map(textOf);

/** As JSON has it: without fields that are undefined. */
export const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const LOOK_MS = 10;
const GIVE_UP_MS = 60_000;

export async function until(isSo: () => boolean): Promise<void> {
  for (const endMs = Date.now() + GIVE_UP_MS; !isSo(); await pause(LOOK_MS)) {
    if (Date.now() > endMs) {
      throw new Error(`It has not become so: ${String(isSo)}`);
    }
  }
}
