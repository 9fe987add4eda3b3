import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { type Reply, call } from "../api/call.ts";
import { bodySchema, readDocument } from "../api/document.ts";
import { SchemaReader } from "../editor/schema.ts";
import { useProject } from "../session/project.ts";

const VERSION = "GET /api/sdk/p/{project_id}/a/{tool_id}/v/{version}";
const VERSIONS = "GET /api/sdk/p/{project_id}/a/{tool_id}/v";

type Version = Reply<typeof VERSION>;
export type VersionSummary = Reply<typeof VERSIONS>["versions"][number];

/** Of the API's document, for the body of the call that takes the text; null until it is there. */
export function useReader(
  name: "POST /api/sdk/p/{project_id}/a" | "POST /api/sdk/p/{project_id}/a/{tool_id}/v",
): SchemaReader | null {
  const { data } = useQuery({
    queryKey: ["document"],
    queryFn: ({ signal }) => readDocument(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return useMemo(
    () => (data === undefined ? null : new SchemaReader(bodySchema(data, name))),
    [data, name],
  );
}

export function useVersions(toolId: string) {
  const { project } = useProject();
  return useQuery({
    queryKey: ["tools", toolId, "versions"],
    queryFn: async ({ signal }) => {
      const path = { project_id: project.id, tool_id: toolId };
      return (await call(VERSIONS, { path }, { signal })).versions;
    },
  });
}

/** One version as text; it never changes. */
export function useDefinition(toolId: string, version: number) {
  const { project } = useProject();
  return useQuery({
    queryKey: ["tools", toolId, "version", version],
    queryFn: async ({ signal }) => {
      const path = { project_id: project.id, tool_id: toolId, version: String(version) };
      return textOf(await call(VERSION, { path }, { signal }));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

function textOf({ actions, open }: Version): string {
  return toText(open === undefined ? { actions } : { actions, open });
}

export function toText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
