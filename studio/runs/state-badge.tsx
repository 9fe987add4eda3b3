import { Badge } from "@radix-ui/themes";

import { TEXTS } from "../texts.ts";
import type { RunState } from "./use-runs.ts";

const COLORS = {
  running: "blue",
  requires_action: "amber",
  succeeded: "green",
  errored: "red",
} as const satisfies Record<RunState, string>;

export function StateBadge({ state }: { state: RunState }) {
  return (
    <Badge color={COLORS[state]} highContrast>
      {TEXTS.runs.states[state]}
    </Badge>
  );
}
