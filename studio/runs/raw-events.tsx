import { Code, Text } from "@radix-ui/themes";
import { useEffect, useState } from "react";

import { follow } from "../api/follow.ts";
import { asText, isObject } from "../api/json.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { TEXTS } from "../texts.ts";
import { type RunName, useRunPath } from "./use-runs.ts";

/** The last that are shown. */
const MAX_SHOWN = 500;

/** A run's stream as it comes, from its start; what is long over is replayed. */
export function RawEvents({ name }: { name: RunName }) {
  const { project_id: projectId } = useRunPath(name);
  const { toolId, runId } = name;
  const [events, setEvents] = useState<{ n: number; event: unknown }[]>([]);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const leaving = new AbortController();
    let n = 0;
    setEvents([]);
    follow(
      "GET /api/sdk/p/{project_id}/a/{tool_id}/r/{run_id}/stream",
      { path: { project_id: projectId, tool_id: toolId, run_id: runId } },
      {
        onEvent: (event) => {
          n += 1;
          const next = { n, event };
          setEvents((before) => [...before, next].slice(-MAX_SHOWN));
        },
        onBroken: () => undefined,
        isLast: (event) => isObject(event) && event["type"] === "final",
        signal: leaving.signal,
      },
    ).catch(setError);
    return () => leaving.abort();
  }, [projectId, toolId, runId]);
  return (
    <>
      <Text as="p" size="1" color="gray" highContrast mb="2">
        {TEXTS.runs.eventsHow}
      </Text>
      {error !== null && <ErrorView error={error} />}
      <ol className="events" aria-label={TEXTS.runs.events}>
        {events.map(({ n, event }) => (
          <li key={n}>
            <span>{n}</span>
            <Code variant="ghost">{asText(event)}</Code>
          </li>
        ))}
      </ol>
    </>
  );
}
