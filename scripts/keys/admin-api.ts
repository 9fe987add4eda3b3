/** The admin API, of a deployment or of the local Worker, bound to one project. */
import process from "node:process";

import * as z from "zod";

import { DEMO } from "../local/demo-project.ts";
import { nothingAnswers } from "../local/nothing-answers.ts";
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
const Refusal = z.object({ error: z.object({ message: z.string() }) });

export async function openRemoteAdmin(url: string, projectId?: string): Promise<Admin> {
  const secret = process.env["ADMIN_KEY"];
  if (!secret) {
    throw new UserError(
      "Give the deployment's secret in the environment: ADMIN_KEY=… npm run keys -- …",
    );
  }
  if (!URL.canParse(url)) {
    throw new UserError(`--url is "${url}"; it must be an address, like https://chat.example.com`);
  }
  const ask = asking(secret, async (path, init) => {
    try {
      return await fetch(new URL(path, url).href, init);
    } catch (error) {
      throw nothingAnswers(url, error);
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
  const { projects } = ProjectList.parse(await ask("GET", PROJECTS));
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
      throw new UserError(`What answers there is not Bobbin: ${method} ${path} is no JSON.`, {
        cause: error,
      });
    });
    if (reply.status === 404 && path === PROJECTS) {
      throw new UserError("The admin API is off there: the Worker's secret ADMIN_KEY is not set.");
    }
    if (reply.status !== 200) {
      const refusal = Refusal.safeParse(json);
      throw new UserError(refusal.data?.error.message ?? `${method} ${path}: ${reply.status}`);
    }
    return json;
  };
}
