/**
 * `npm run restore -- FILE`: puts a backup into a deployment, through its API, and compares what is there
 * then with what the backup holds. What is there already stays; one that was cut off goes on.
 */
import * as z from "zod";

import { runCommand } from "./local/command.ts";
import { counted } from "./local/counted.ts";
import { DEMO } from "./local/demo-project.ts";
import { UserError } from "./local/settings.ts";
import { RecordDigest, wordsOf } from "./portability/backup-format.ts";
import { deleteDemoTool, isUntouchedDemo } from "./portability/clear-demo.ts";
import { openDeployment } from "./portability/deployment.ts";
import type { Deployment, ProjectDoor } from "./portability/deployment.ts";
import { verifyBackup } from "./portability/read-backup.ts";
import type { StoredProject } from "./portability/read-backup.ts";
import { readCommand } from "./portability/read-command.ts";
import { readPart } from "./portability/read-export.ts";
import { forgetProgress, keepProgress, readProgress } from "./portability/restore-progress.ts";
import type { Progress } from "./portability/restore-progress.ts";
import { sendRecords } from "./portability/send-records.ts";

const USAGE = `npm run restore -- FILE [--project ID] [--url ADDRESS]

  --project <id>   of the backup's projects this one alone
  --url <address>  a deployment; without it the local server

  ADMIN_KEY in the environment is the deployment's secret: projects keep their ids and are made
  where they are missing. BOBBIN_KEY is a key with the scope admin of the project that one
  project of the backup is put into.`;

const Anything = z.object({});

await runCommand(async () => {
  const { file, project, url } = readCommand(USAGE);
  const deployment = openDeployment(url);
  const backup = await verifyBackup(file);
  const chosen = choose(backup.projects, project, deployment);
  const progress = await readProgress(file, { sha256: backup.sha256, url: deployment.url });
  if (Object.keys(progress.reached).length > 0) {
    console.log(`Going on where ${file}.progress says.`);
  }
  const unequal: string[] = [];
  for (const one of chosen) {
    unequal.push(...(await restore(deployment, file, one, progress)));
  }
  if (unequal.length > 0) {
    throw new UserError(
      `All of the backup was sent, and not everything there is equal to it:\n${unequal.join("\n")}\n` +
        "A project that had records before, or is in use, cannot be equal: restore into one that is empty to have it proved. What was there has not been changed.",
    );
  }
  await forgetProgress(file);
  console.log(`Restored ${counted(chosen.length, "project")}, and compared: equal.`);
  console.log("Keys, signing secrets and webhooks are made anew: npm run keys -- create NAME.");
});

function choose(
  projects: readonly StoredProject[],
  only: string | undefined,
  deployment: Deployment,
): readonly StoredProject[] {
  const chosen = only === undefined ? projects : projects.filter(({ id }) => id === only);
  const known = projects.map(({ id, name }) => `  ${id}  ${name ?? ""}`).join("\n");
  if (chosen.length === 0 && only !== undefined) {
    throw new UserError(`The backup has no project ${only}. It has:\n${known}`);
  }
  if (!deployment.isOperator && chosen.length > 1) {
    throw new UserError(
      `BOBBIN_KEY is of one project: choose one of the backup's by --project, or give ADMIN_KEY for all.\n${known}`,
    );
  }
  if (deployment.isOperator && chosen.some(({ id }) => id === null)) {
    throw new UserError(
      "The backup was taken with a project's key and does not know the project's id: restore it with BOBBIN_KEY, a key of the project that it is to go into.",
    );
  }
  return chosen;
}

/** @returns What is not equal then. */
async function restore(
  deployment: Deployment,
  file: string,
  project: StoredProject,
  progress: Progress,
): Promise<string[]> {
  const door = deployment.door(project.id);
  const name = project.id ?? "the key's project";
  if (progress.reached[name] === undefined) {
    await makeRoom(deployment, file, project, progress);
  }
  const reached = async (offset: number) => {
    progress.reached[name] = offset;
    await keepProgress(file, progress);
  };
  await sendRecords(
    { deployment, door, file, reached },
    project,
    progress.reached[name] ?? project.start,
  );
  await reached(project.end);
  const difference = await compare(deployment, door, project);
  await applySettings(deployment, door, project, progress);
  console.log(`${name}: ${wordsOf(project.counts)}, ${difference === null ? "equal" : "sent"}.`);
  return difference === null ? [] : [`  ${name}: ${difference}`];
}

/** Makes the project where it is missing; one that a local server has made by itself is as good as that. */
async function makeRoom(
  deployment: Deployment,
  file: string,
  { id, name }: StoredProject,
  progress: Progress,
): Promise<void> {
  if (deployment.isOperator && id !== null) {
    await makeProject(deployment, file, { id, name }, progress);
  }
  const isDemo = id === DEMO.projectId || !deployment.isOperator;
  if (isDemo && (await isUntouchedDemo(deployment, deployment.door(id)))) {
    if (id !== null && !progress.made.includes(id)) {
      progress.made.push(id);
      await keepProgress(file, progress);
    }
    await deleteDemoTool(deployment);
  }
}

async function makeProject(
  deployment: Deployment,
  file: string,
  { id, name }: { id: string; name: string | null },
  progress: Progress,
): Promise<void> {
  const { path } = deployment.door(id);
  const found = await deployment.call(path, { expects: 404 });
  await found.body?.cancel();
  if (found.status === 404) {
    progress.made.push(id);
    await keepProgress(file, progress);
    await put(deployment, path, { name: name ?? id });
  }
}

/** Behind the records: a quota would refuse them, and retention erase them on their way in. */
async function applySettings(
  deployment: Deployment,
  { path }: ProjectDoor,
  { id, keep_idle_days, quotas }: StoredProject,
  { made }: Progress,
): Promise<void> {
  if (id === null || !deployment.isOperator || !made.includes(id)) {
    return;
  }
  if (Object.keys(quotas).length > 0) {
    await put(deployment, `${path}/quotas`, quotas);
  }
  if (keep_idle_days !== null) {
    await put(deployment, `${path}/retention`, { keep_idle_days });
  }
}

async function put(deployment: Deployment, path: string, body: object): Promise<void> {
  const text = JSON.stringify(body);
  await deployment.json(Anything, path, {
    method: "PUT",
    contentType: "application/json",
    body: () => text,
  });
}

/** Exports what is there now, and holds its digest against the backup's: null where they are equal. */
async function compare(
  deployment: Deployment,
  door: ProjectDoor,
  project: StoredProject,
): Promise<string | null> {
  let kept = new RecordDigest();
  let digest = kept;
  const sink = {
    begin() {
      digest = kept.copy();
    },
    record(type: string, line: Buffer) {
      digest.add(type, line);
    },
  };
  for (let next = await readPart(deployment, door, null, sink); ;) {
    kept = digest;
    if (next === null) {
      break;
    }
    next = await readPart(deployment, door, next, sink);
  }
  if (kept.hex() === project.sha256) {
    return null;
  }
  const [there, here] = [wordsOf(kept.counts), wordsOf(project.counts)];
  return there === here
    ? `there are as many records (${here}), and some of them are others`
    : `there: ${there}; in the backup: ${here}`;
}
