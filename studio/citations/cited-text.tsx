/** An answer's text, whose citations open the passage that they quote. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { call } from "../api/call.ts";
import { Markdown } from "../parts/markdown.tsx";
import { useRunPath } from "../runs/use-runs.ts";
import type { Message } from "../threads/live-runs.ts";
import { linkMarks, marksIn, passagesCited, passagesFound } from "./citations.ts";
import { CitedPassages } from "./passage-context.ts";

interface CitedTextProps {
  text: string;
  isStreaming?: boolean;
  /** Its run, which knows what its model was shown. */
  toolId: string;
  runId: string;
  /** What the message itself says of its citations. */
  citations?: Message["citations"];
}

export function CitedText({
  text,
  isStreaming = false,
  toolId,
  runId,
  citations = [],
}: CitedTextProps) {
  const marks = useMemo(() => marksIn(text), [text]);
  const path = useRunPath({ toolId, runId });
  const known = passagesCited(citations);
  const { data: steps = [] } = useQuery({
    queryKey: ["steps", runId, "cited"],
    queryFn: async ({ signal }) =>
      (await call("GET /api/sdk/p/{project_id}/a/{tool_id}/r/{run_id}/steps", { path }, { signal }))
        .steps,
    enabled: !isStreaming && marks.some((mark) => !known.has(mark)),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const found = passagesFound(marks, steps);
  const passages = marks.map((mark) => known.get(mark) ?? found.get(mark));
  const linked = useMemo(() => (marks.length === 0 ? text : linkMarks(text)), [marks, text]);
  return (
    <CitedPassages value={passages}>
      <Markdown text={linked} isStreaming={isStreaming} />
    </CitedPassages>
  );
}
