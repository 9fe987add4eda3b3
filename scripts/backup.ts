/**
 * `npm run backup -- FILE`: all that a deployment's projects hold, through its API, into one file that
 * `npm run restore` puts back. A backup that was cut off goes on when it is started again.
 */
import * as z from "zod";

import { runCommand } from "./local/command.ts";
import { counted } from "./local/counted.ts";
import { wordsOf } from "./portability/backup-format.ts";
import { BackupWriter } from "./portability/backup-writer.ts";
import { openDeployment } from "./portability/deployment.ts";
import type { Deployment, ProjectDoor } from "./portability/deployment.ts";
import { readCommand } from "./portability/read-command.ts";
import { readPart } from "./portability/read-export.ts";

const USAGE = `npm run backup -- FILE [--project ID] [--url ADDRESS]

  --project <id>   this project alone; without it all of them
  --url <address>  a deployment; without it the local server

  ADMIN_KEY in the environment is the deployment's secret, for any project; BOBBIN_KEY is the
  key of one project, with the scope admin.`;

const ONE_PROJECT = "Only the key's project. For all projects give ADMIN_KEY, and no BOBBIN_KEY.";
const PAGE = 1000;
const ProjectList = z.object({ projects: z.array(z.object({ id: z.string() })) });
const Settings = z.object({
  project: z.object({ id: z.string(), name: z.string() }),
  keep_idle_days: z.int().nullable(),
  quotas: z.record(z.string(), z.int()),
});

await runCommand(async () => {
  const { file, project, url } = readCommand(USAGE);
  const deployment = openDeployment(url);
  const ids = await projectIds(deployment, project);
  await contact(deployment, project);
  const of = project ?? (deployment.isOperator ? "all" : "key");
  const { writer, isResumed } = await BackupWriter.open(file, { url: deployment.url, of });
  if (isResumed) {
    console.log(
      `Going on with ${file}.part: ${counted(writer.done.length, "project")} whole in it.`,
    );
  }
  const begun = writer.openProject;
  for (const id of begun === null ? ids : [begun.id, ...ids]) {
    if (!writer.done.includes(id)) {
      await backUp(deployment, writer, id);
    }
  }
  const sha256 = await writer.finish();
  console.log(`${file} is whole: ${counted(writer.done.length, "project")}, SHA-256 ${sha256}.`);
  if (!deployment.isOperator) {
    console.log(ONE_PROJECT);
  }
  console.log("It holds no keys and no secrets, but all conversations and files: keep it safe.");
});

/** Oldest first: those that come while the backup is made stand at the end. */
async function projectIds(
  deployment: Deployment,
  only: string | undefined,
): Promise<(string | null)[]> {
  if (only !== undefined || !deployment.isOperator) {
    return [only ?? null];
  }
  const ids: string[] = [];
  for (let after = ""; ;) {
    const path = `/admin/projects?limit=${PAGE}&order=asc${after}`;
    const { projects } = await deployment.json(ProjectList, path);
    ids.push(...projects.map(({ id }) => id));
    if (projects.length < PAGE) {
      return ids;
    }
    after = `&after=${projects.at(-1)?.id ?? ""}`;
  }
}

/** Before a file is made: what is refused, or answered by nobody, leaves none. */
async function contact(deployment: Deployment, only: string | undefined): Promise<void> {
  if (!deployment.isOperator) {
    const reply = await deployment.call("/api/sdk/export?limit=1");
    await reply.body?.cancel();
  } else if (only !== undefined) {
    await settingsOf(deployment, deployment.door(only));
  }
}

async function backUp(
  deployment: Deployment,
  writer: BackupWriter,
  id: string | null,
): Promise<void> {
  const door = deployment.door(id);
  if (writer.openProject === null) {
    await writer.beginProject({ id, ...(await settingsOf(deployment, door)) });
  }
  const sink = {
    begin: () => writer.setBack(),
    record: (type: string, line: Buffer) => writer.record(type, line),
  };
  let next = await readPart(deployment, door, writer.openProject?.next ?? null, sink);
  while (next !== null) {
    await writer.checkpoint(next);
    next = await readPart(deployment, door, next, sink);
  }
  const end = await writer.endProject();
  const lost = end.lost_files === 0 ? "" : `; ${end.lost_files} files had lost their bytes before`;
  console.log(`${id ?? "The key's project"}: ${wordsOf(end.counts)}${lost}.`);
}

/** Which a key of the project does not see. */
async function settingsOf(deployment: Deployment, door: ProjectDoor) {
  if (!deployment.isOperator) {
    return { name: null, keep_idle_days: null, quotas: {} };
  }
  const { project, ...settings } = await deployment.json(Settings, door.path);
  return { name: project.name, ...settings };
}
