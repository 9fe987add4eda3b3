import { useSuspenseQuery } from "@tanstack/react-query";

import { call } from "../api/call.ts";

/** The project that the key belongs to: asked once, it proves the key besides. */
export function useProject() {
  return useSuspenseQuery({
    queryKey: ["project"],
    queryFn: ({ signal }) => call("GET /api/sdk/project", {}, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
}
