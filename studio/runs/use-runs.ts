import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { type Given, type Reply, call } from "../api/call.ts";
import { useProject } from "../session/project.ts";

const LIST = "GET /api/sdk/p/{project_id}/a/{tool_id}/r";
const STEPS = "GET /api/sdk/p/{project_id}/a/{tool_id}/r/{run_id}/steps";
const ONE = "GET /api/sdk/p/{project_id}/a/{tool_id}/r/{run_id}";

const PAGE_SIZE = 50;
/** How often a run at work, and a list that may hold one, are asked for anew. */
const POLL_MS = 1500;
const LIST_POLL_MS = 5000;

export type Run = Reply<typeof ONE>["run"];
export type Step = Reply<typeof STEPS>["steps"][number];
export type RunSummary = Reply<typeof LIST>["runs"][number];
export type RunState = Run["status"]["run"];
export const RUN_STATES = ["running", "requires_action", "succeeded", "errored"] as const;

/** What a run's path says. */
export interface RunName {
  toolId: string;
  runId: string;
}

export function useRunPath({ toolId, runId }: RunName): Given<typeof ONE>["path"] {
  const { project } = useProject();
  return { project_id: project.id, tool_id: toolId, run_id: runId };
}

export function useRuns(toolId: string, state: RunState | null) {
  const { project } = useProject();
  return useInfiniteQuery({
    queryKey: ["runs", toolId, state],
    queryFn: ({ pageParam: after, signal }) =>
      call(
        LIST,
        {
          path: { project_id: project.id, tool_id: toolId },
          query: { limit: PAGE_SIZE, after, status: state ?? undefined },
        },
        { signal },
      ),
    initialPageParam: "",
    getNextPageParam: ({ runs }) => (runs.length < PAGE_SIZE ? undefined : runs.at(-1)?.run_id),
    placeholderData: keepPreviousData,
    // Pages further down are not asked for again and again.
    refetchInterval: ({ state: { data } }) => (data?.pages.length === 1 ? LIST_POLL_MS : false),
  });
}

export function useRun(name: RunName) {
  const path = useRunPath(name);
  return useQuery({
    queryKey: ["run", name.runId],
    queryFn: async ({ signal }) => (await call(ONE, { path }, { signal })).run,
    refetchInterval: ({ state: { data } }) => (data?.status.run === "running" ? POLL_MS : false),
  });
}

/** What the models of a run said, called and were given. */
export function useSteps(name: RunName, state: RunState) {
  const path = useRunPath(name);
  return useQuery({
    queryKey: ["steps", name.runId, state],
    queryFn: async ({ signal }) => (await call(STEPS, { path }, { signal })).steps,
    refetchInterval: state === "running" ? POLL_MS : false,
    placeholderData: keepPreviousData,
  });
}
