import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { type Reply, call } from "../api/call.ts";
import { useProject } from "../session/project.ts";

const LIST = "GET /api/sdk/p/{project_id}/knowledge";
const DOCUMENTS = "GET /api/sdk/p/{project_id}/knowledge/{name}/d";
const PAGE_SIZE = 50;
/** How often the list is asked for while a document is being indexed. */
const POLL_MS = 2000;

export type Base = Reply<typeof LIST>["knowledge"][number];
export type Document = Reply<typeof DOCUMENTS>["documents"][number];

export function useBases() {
  const { project } = useProject();
  return useQuery({
    queryKey: ["knowledge"],
    queryFn: async ({ signal }) =>
      (await call(LIST, { path: { project_id: project.id } }, { signal })).knowledge,
  });
}

export function useDocuments(name: string) {
  const { project } = useProject();
  return useInfiniteQuery({
    queryKey: ["knowledge", name, "documents"],
    queryFn: ({ pageParam: after, signal }) =>
      call(
        DOCUMENTS,
        { path: { project_id: project.id, name }, query: { limit: PAGE_SIZE, after } },
        { signal },
      ),
    initialPageParam: "",
    getNextPageParam: ({ documents }) =>
      documents.length < PAGE_SIZE ? undefined : documents.at(-1)?.id,
    refetchInterval: ({ state: { data } }) =>
      data?.pages[0]?.documents.some((one) => stateOf(one) === "in_progress") ? POLL_MS : false,
  });
}

/** Of its indexing; a document that says nothing of it is in. */
export function stateOf(document: Document): string {
  const state: unknown = "status" in document ? document.status : undefined;
  return typeof state === "string" ? state : "completed";
}
