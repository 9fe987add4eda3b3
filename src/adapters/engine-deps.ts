/** What a run's engine may reach of the world: its own project's threads, files, tools and knowledge. */
import type { Connections } from "../engine/ports";
import type { EngineDeps, TurnMessages } from "../runs/object/context";
import type { PlannedRun } from "../runs/object/run-blobs";
import { keepCached, readCached } from "../store/runs/action-cache";
import { fileReader } from "./file-reader";
import { FilesNamed } from "./files-named";
import { knowledgeSearch } from "./knowledge-search";
import { modelSettings } from "./model-settings";
import { outboundSettings } from "./outbound-settings";
import { threadReader } from "./thread-reader";
import { tokenQuota } from "./token-quota";
import { toolReader } from "./tool-reader";

export function engineReach(
  env: Env,
  { request, actions, reach, openFiles = [], ownHost }: PlannedRun,
  { turnMessages, connections }: { turnMessages: () => TurnMessages; connections: Connections },
): EngineDeps {
  const { projectId, inputs, threadIds } = request;
  const { DB: db, FILES: bucket } = env;
  const named = new FilesNamed(inputs);
  named.add(actions);
  const projectFiles = () => ({
    open: openFiles === "project" ? openFiles : [...openFiles, ...named.ids],
    threadIds: threadIds ?? [],
  });
  return {
    threads: threadReader(db, projectId, turnMessages),
    files: fileReader(env, reach, projectFiles),
    tools: toolReader(db, projectId, (version) => named.add(version.actions)),
    knowledge: knowledgeSearch(env, projectId, connections),
    models: modelSettings(env),
    tokens: tokenQuota(db, { projectId, runId: request.runId }),
    cache: {
      read: (key) => readCached(bucket, projectId, key, Date.now()),
      keep: (key, value) => keepCached(bucket, projectId, { key, value }),
    },
    fetch: (...args) => fetch(...args),
    connections,
    outbound: outboundSettings(env, ownHost),
  };
}
