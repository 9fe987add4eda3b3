/** What a run's engine may reach of the world: its own project's threads, files, tools and knowledge. */
import type { AccessScope } from "../domain/access/caller";
import type { RunRequest } from "../domain/run";
import type { ActionDefinition } from "../domain/tool";
import type { Connections, EngineDeps } from "../engine/ports";
import { keepCached, readCached } from "../store/runs/action-cache";
import { databaseOf } from "../store/sql/databases";
import { fileReader } from "./file-reader";
import { FilesNamed } from "./files-named";
import { knowledgeSearch } from "./knowledge-search";
import { modelSettings } from "./model-settings";
import { outboundSettings } from "./outbound-settings";
import { type RunTurn, threadReader } from "./thread-reader";
import { tokenQuota } from "./token-quota";
import { toolReader } from "./tool-reader";

/** The run whose engine it is. */
export interface EngineRun {
  request: Pick<RunRequest, "projectId" | "runId" | "inputs" | "threadIds">;
  actions: readonly ActionDefinition[];
  reach: AccessScope;
  /** The project's own files that it may read, beside those that its tools name. */
  openFiles?: "project" | string[] | undefined;
  /** Host, with its port if it names one, under which the service was called. */
  ownHost: string;
}

/** What the engine of one run may use, bound to the run's project and scope. */
export function engineDepsOf(
  env: Env,
  { request, actions, reach: scope, openFiles = [], ownHost }: EngineRun,
  { turn, connections }: { turn: () => RunTurn; connections: Connections },
): EngineDeps {
  const { projectId, inputs, threadIds } = request;
  const { FILES: bucket } = env;
  const db = databaseOf(env, request);
  const named = new FilesNamed(inputs);
  named.add(actions);
  const projectFiles = () => ({
    open: openFiles === "project" ? openFiles : [...openFiles, ...named.ids],
    threadIds: threadIds ?? [],
  });
  return {
    threads: threadReader(db, projectId, turn),
    files: fileReader(env, scope, projectFiles),
    tools: toolReader(db, projectId, (version) => named.add(version.actions)),
    knowledge: knowledgeSearch(env, projectId, connections),
    models: modelSettings(env),
    tokens: tokenQuota(db, { projectId, runId: request.runId }),
    cache: {
      read: (key) => readCached(bucket, scope, key, Date.now()),
      put: (key, value) => keepCached(bucket, scope, { key, value }),
    },
    fetch: (...args) => fetch(...args),
    connections,
    outbound: outboundSettings(env, ownHost),
  };
}
