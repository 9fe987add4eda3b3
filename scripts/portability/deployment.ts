/** A deployment as backup and restore call it: with the operator's secret, or with a project's key. */
import process from "node:process";
import { setTimeout } from "node:timers/promises";

import * as z from "zod";

import { DEMO } from "../local/demo-project.ts";
import { nothingAnswers } from "../local/nothing-answers.ts";
import { readAddress } from "../local/read-address.ts";
import { addressOf, readSettings, UserError } from "../local/settings.ts";

/** A call is made so often before it is given up. */
const TRIES = 6;
const FIRST_WAIT_MS = 500;
/** However long a server asks to be left alone. */
const LONGEST_WAIT_MS = 60_000;
/** What a repeat can help; every call here may be repeated. */
const PASSING = new Set([429, 500, 502, 503, 504]);

const ErrorReply = z.object({ error: z.object({ message: z.string() }) });

export interface Call {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  /** Made anew for each try. */
  body?: () => BodyInit;
  contentType?: string;
  /** Replies of this status are returned as well. */
  expects?: number;
}

/** Where the calls of one project are. */
export interface ProjectDoor {
  /** Null for the project of the key. */
  id: string | null;
  path: string;
}

export class Deployment {
  readonly url: string;
  readonly isOperator: boolean;
  readonly #secret: string;
  /** One that never answered is not waited for. */
  #hasAnswered = false;

  constructor(url: string, secret: string, isOperator: boolean) {
    this.url = url;
    this.#secret = secret;
    this.isOperator = isOperator;
  }

  door(projectId: string | null): ProjectDoor {
    return this.isOperator && projectId !== null
      ? { id: projectId, path: `/admin/projects/${encodeURIComponent(projectId)}` }
      : { id: projectId, path: "/api/sdk" };
  }

  /** The reply, where it is a 200; what else comes is retried where that can help, or a UserError. */
  async call(path: string, call: Call = {}): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      const reply = await this.#try(path, call, tries);
      if (reply !== null && (reply.status === 200 || reply.status === call.expects)) {
        return reply;
      }
      if (reply !== null && (!PASSING.has(reply.status) || tries === TRIES)) {
        throw await this.#refusal(reply, `${call.method ?? "GET"} ${path.split("?")[0]}`);
      }
      await reply?.body?.cancel();
      await setTimeout(waitMs(reply, tries));
    }
  }

  /** Null where the network failed and may do better. */
  async #try(path: string, call: Call, tries: number): Promise<Response | null> {
    try {
      const reply = await this.#ask(path, call);
      this.#hasAnswered = true;
      return reply;
    } catch (error) {
      if (tries === TRIES || !this.#hasAnswered) {
        throw nothingAnswers(this.url, error);
      }
      return null;
    }
  }

  async json<Value>(schema: z.ZodType<Value>, path: string, call: Call = {}): Promise<Value> {
    const reply = await this.call(path, call);
    const parsed = schema.safeParse(await reply.json().catch(() => null));
    if (!parsed.success) {
      throw new UserError(`What answers at ${this.url} is not this release of Bobbin: ${path}.`);
    }
    return parsed.data;
  }

  #ask(path: string, { method = "GET", body, contentType }: Call): Promise<Response> {
    const init: RequestInit = {
      method,
      headers: {
        Authorization: `Bearer ${this.#secret}`,
        ...(contentType !== undefined && { "Content-Type": contentType }),
      },
      ...(body !== undefined && { body: body(), duplex: "half" }),
    };
    return fetch(new URL(path, this.url).href, init);
  }

  async #refusal(reply: Response, what: string): Promise<UserError> {
    const text = await reply.text();
    const said = ErrorReply.safeParse(parseJson(text)).data?.error.message ?? text.slice(0, 200);
    return new UserError(
      `${what} was answered ${reply.status}: ${said}\n${this.#advice(reply.status)}`,
    );
  }

  #advice(status: number): string {
    const credential = this.isOperator ? "ADMIN_KEY" : "BOBBIN_KEY";
    switch (status) {
      case 401:
        return `${this.url} does not take ${credential}: give the one of this deployment, in the environment.`;
      case 403:
        return "The key must have the scope admin: npm run keys -- create backup --scopes admin";
      case 404:
        return this.isOperator
          ? "There is no such project, the secret ADMIN_KEY is not set there, or an earlier release runs there: deploy this one first."
          : "An earlier release runs there: deploy this one first.";
      case 429:
        return "A rate limit or a quota of the project does not let more through: raise it (PUT /admin/projects/{id}/quotas), then run this again; it goes on.";
      default:
        return "Nothing is lost: see to the cause (GET /admin/health tells of the deployment), then run this again; it goes on.";
    }
  }
}

/** @param url Null for the local server. */
export function openDeployment(url: string | undefined): Deployment {
  const given = url === undefined ? null : readAddress(url);
  const settings = given === null ? readSettings() : null;
  const address = given ?? (settings === null ? "" : addressOf(settings));
  const operator = process.env["ADMIN_KEY"] || settings?.secrets["ADMIN_KEY"];
  const key = process.env["BOBBIN_KEY"];
  if (key) {
    return new Deployment(address, key, false);
  }
  if (operator) {
    return new Deployment(address, operator, true);
  }
  if (url !== undefined) {
    throw new UserError(
      "Give a secret in the environment: ADMIN_KEY of the deployment, for all projects or one of them; or BOBBIN_KEY, a project's key with the scope admin.",
    );
  }
  return new Deployment(address, DEMO.key, false);
}

function waitMs(reply: Response | null, tries: number): number {
  const asked = Number(reply?.headers.get("Retry-After") ?? Number.NaN) * 1000;
  const wait = Number.isFinite(asked) ? asked : FIRST_WAIT_MS * 2 ** (tries - 1);
  return Math.min(wait, LONGEST_WAIT_MS);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
