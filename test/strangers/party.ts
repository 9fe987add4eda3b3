/** Who takes part in the matrix, and how it calls: through the whole app, with the operator's door open. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";

import { app } from "../../src/app";
import { VERBS } from "../../src/domain/access/session-token";
import type { TestProject } from "../support/project";
import { mintToken } from "../support/tokens";

export const ADMIN_KEY = "the operator's own secret";

/** Somebody with rights, who makes the ids that others then ask for. */
export interface Party {
  projectId: string;
  /** What it sends behind `Bearer`. */
  credential: string;
  /** Of its project, with all scopes. */
  key: string;
  /** The only thread, or tool, that its credential reaches. */
  threadId?: string;
  toolId?: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/**
 * `authorization` is the whole header; undefined sends none.
 * @param asked Gets the names of the headers that the app looks at, in small letters.
 */
export async function send(
  method: string,
  path: string,
  authorization: string | undefined,
  body?: BodyInit,
  asked?: Set<string>,
): Promise<Answer> {
  const context = createExecutionContext();
  const request = new Request(new URL(path, "http://localhost"), {
    method,
    headers: {
      // The same for all, so that answers can be compared byte by byte.
      "X-Request-Id": "same",
      ...(typeof body === "string" ? { "Content-Type": "application/json" } : {}),
      ...(authorization === undefined ? {} : { Authorization: authorization }),
    },
    ...(body === undefined ? {} : { body }),
  });
  if (asked !== undefined) {
    watchHeaders(request.headers, asked);
  }
  const response = await app.request(request, undefined, { ...env, ADMIN_KEY }, context);
  const text = await readReply(response);
  await waitOnExecutionContext(context);
  return { status: response.status, headers: Object.fromEntries(response.headers), text };
}

function watchHeaders(headers: Headers, asked: Set<string>): void {
  for (const method of ["get", "has"] as const) {
    const look: (name: string) => unknown = headers[method].bind(headers);
    const value = (name: string) => {
      asked.add(name.toLowerCase());
      return look(name);
    };
    Object.defineProperty(headers, method, { value });
  }
  Object.defineProperty(headers, "forEach", { value: refuseReadingAll });
}

function refuseReadingAll(): never {
  throw new Error("The app reads all headers at once: which of them it heeds is not known.");
}

/** A stream of events may have no end: that it opens is what counts. */
async function readReply(response: Response): Promise<string> {
  if (response.headers.get("Content-Type")?.startsWith("text/event-stream") !== true) {
    return response.text();
  }
  await response.body?.cancel();
  return "";
}

/** A call that must succeed; gives its JSON. */
export async function ask(
  { credential }: Pick<Party, "credential">,
  method: string,
  path: string,
  body: object,
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever came
): Promise<any> {
  const sent = body instanceof FormData ? body : JSON.stringify(body);
  const { status, text } = await send(method, path, `Bearer ${credential}`, sent);
  if (status !== 200) {
    throw new Error(`${method} ${path} was to succeed: ${status} ${text}`);
  }
  return JSON.parse(text);
}

export function byKey(party: Party): Party {
  return { ...party, credential: party.key };
}

export function partyOf({ id, key }: TestProject): Party {
  return { projectId: id, credential: key, key };
}

/** An end user of the project, who may do all that tokens may, with one tool. */
export async function endUser(of: Party, name: string, toolId: string): Promise<Party> {
  const request = { end_user_id: name, tools: [toolId], verbs: VERBS };
  return { ...of, toolId, credential: await mintToken(of.key, request) };
}

/** The same, on one thread alone. */
export async function threadUser(of: Party, name: string, toolId: string): Promise<Party> {
  const { id: threadId } = await ask(of, "POST", "/api/sdk/threads", {});
  const credential = await mintToken(of.key, {
    end_user_id: name,
    tools: [toolId],
    verbs: VERBS.filter((verb) => verb !== "threads:create"),
    thread: { id: threadId },
  });
  return { ...of, toolId, threadId, credential };
}

let names = 0;

/** For what its maker names; all have one length, so that replies can be told apart by it. */
export function nextName(): string {
  return `name-${String(++names).padStart(8, "0")}`;
}
