import { useQuery } from "@tanstack/react-query";

import { call } from "../api/call.ts";
import { useProject } from "../session/project.ts";

/** All tools of the project: the API gives up to a thousand at once. */
export function useTools() {
  const { project } = useProject();
  return useQuery({
    queryKey: ["tools"],
    queryFn: async ({ signal }) => {
      const path = { project_id: project.id };
      return (await call("GET /api/sdk/p/{project_id}/a", { path }, { signal })).tools;
    },
  });
}
