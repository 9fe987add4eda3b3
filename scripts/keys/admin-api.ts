/** The admin API, of a deployment or of the local Worker, bound to one project. */
import process from "node:process";

import * as z from "zod";

import { DEMO } from "../local/demo-project.ts";
import { nothingAnswers } from "../local/nothing-answers.ts";
import { readAddress } from "../local/read-address.ts";
import { UserError } from "../local/settings.ts";
import { openLocalWorker } from "./local-worker.ts";

export interface Admin {
  projectId: string;
  /** A call beneath the project, e.g. `GET /keys`: the reply's JSON. What the API refuses is a UserError. */
  call: (method: Method, path: string, body?: object) => Promise<unknown>;
  close: () => Promise<void>;
}

type Method = "GET" | "POST" | "DELETE";

/** How a request reaches the admin API. */
type Send = (
  path: string,
  init: { method: Method; headers: Record<string, string>; body?: string },
) => Promise<{ status: number; json: () => Promise<unknown> }>;

const PROJECTS = "/admin/projects";

const ProjectList = z.object({ projects: z.array(z.object({ id: z.string(), name: z.string() })) });
const ProjectReply = z.object({ project: z.object({ id: z.string() }) });
const ErrorReply = z.object({ error: z.object({ message: z.string() }) });

export async function openRemoteAdmin(url: string, projectId?: string): Promise<Admin> {
  const address = readAddress(url);
  const secret = process.env["ADMIN_KEY"];
  if (!secret) {
    throw new UserError(
      "Give the deployment's secret in the environment: ADMIN_KEY=… npm run keys -- …",
    );
  }
  const ask = asking(secret, async (path, init) => {
    try {
      return await fetch(new URL(path, address).href, init);
    } catch (error) {
      throw nothingAnswers(address, error);
    }
  });
  const project = projectId ?? (await onlyProject(ask));
  return { ...boundTo(project, ask), close: async () => {} };
}

export async function openLocalAdmin(projectId: string = DEMO.projectId): Promise<Admin> {
  const secret = crypto.randomUUID();
  const worker = await openLocalWorker(secret);
  const ask = asking(secret, (path, init) => worker.dispatchFetch(`http://local${path}`, init));
  return { ...boundTo(projectId, ask), close: () => worker.dispose() };
}

function boundTo(projectId: string, ask: Admin["call"]): Pick<Admin, "projectId" | "call"> {
  return {
    projectId,
    call: (method, path, body) =>
      ask(method, `${PROJECTS}/${encodeURIComponent(projectId)}${path}`, body),
  };
}

/** A fresh deployment gets its first project; where there are several, the user has to choose. */
async function onlyProject(ask: Admin["call"]): Promise<string> {
  const { data, error } = ProjectList.safeParse(await ask("GET", PROJECTS));
  if (data === undefined) {
    throw notBobbin(`GET ${PROJECTS} lists no projects`, error);
  }
  const { projects } = data;
  const [first, ...others] = projects;
  if (first === undefined) {
    const made = await ask("POST", PROJECTS, { name: "default" });
    return ProjectReply.parse(made).project.id;
  }
  if (others.length > 0) {
    const choice = projects.map(({ id, name }) => `  ${id}  ${name}`).join("\n");
    throw new UserError(`Choose a project by --project:\n${choice}`);
  }
  return first.id;
}

function asking(secret: string, send: Send): Admin["call"] {
  const headers = { Authorization: `Bearer ${secret}`, "Content-Type": "application/json" };
  return async (method, path, body) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const reply = await send(path, { method, headers, ...sent });
    const json = await reply.json().catch((error: unknown) => {
      throw notBobbin(`${method} ${path} is no JSON`, error);
    });
    if (reply.status === 404 && path === PROJECTS) {
      throw new UserError("The admin API is off there: the Worker's secret ADMIN_KEY is not set.");
    }
    if (reply.status !== 200) {
      const said = ErrorReply.safeParse(json).data?.error.message;
      const advice = ADVICE[reply.status] ?? "";
      throw new UserError(`${said ?? `${method} ${path}: ${reply.status}`}${advice}`);
    }
    return json;
  };
}

const ADVICE: Record<number, string> = {
  401: "\nADMIN_KEY is not the secret of that deployment: give its own, in the environment.",
  404: "\nWhich there are: npm run keys -- list, and GET /admin/projects for the projects.",
  429: "\nToo many wrong secrets came from this address: wait a minute, then give the right one.",
};

function notBobbin(why: string, cause: unknown): UserError {
  return new UserError(`What answers there is not Bobbin: ${why}. Give Bobbin's own --url.`, {
    cause,
  });
}
