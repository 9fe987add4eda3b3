import { Button, Flex, Text } from "@radix-ui/themes";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCw, Square } from "lucide-react";
import { useLocation } from "wouter";

import { call } from "../api/call.ts";
import { isObject } from "../api/json.ts";
import { adviceFor } from "../frame/error-view.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { TEXTS } from "../texts.ts";
import { type Run, type RunName, useRunPath } from "./use-runs.ts";

const { runs: WORDS } = TEXTS;

export function RunButtons({ name, run }: { name: RunName; run: Run }) {
  const [, go] = useLocation();
  const queries = useQueryClient();
  const path = useRunPath(name);
  const renew = () => queries.invalidateQueries({ queryKey: ["runs", name.toolId] });
  const cancel = useMutation({
    mutationFn: () => call("POST /api/sdk/p/{project_id}/a/{tool_id}/r/{run_id}/cancel", { path }),
    onSuccess: async ({ run: ended }) => {
      queries.setQueryData(["run", name.runId], ended);
      await renew();
    },
  });
  const again = useMutation({
    mutationFn: () =>
      call("POST /api/sdk/p/{project_id}/a/{tool_id}/r", {
        path: { project_id: path.project_id, tool_id: path.tool_id },
        body: {
          version: run.version,
          inputs: inputsOf(run),
          config: run.config.blocks,
          thread_id: run.thread_id,
          blocking: false,
        },
      }),
    onSuccess: async (started) => {
      await renew();
      go(`/runs/${name.toolId}/${started.run.run_id}`);
    },
  });
  const isAtWork = run.status.run === "running" || run.status.run === "requires_action";
  const error = cancel.error ?? again.error;
  return (
    <Flex gap="2" align="center" flexShrink="0">
      {error !== null && (
        <Text size="1" color="red" highContrast role="alert">
          {adviceFor(error)} {error.message}
        </Text>
      )}
      {isAtWork && (
        <Button
          size="1"
          variant="surface"
          color="gray"
          highContrast
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          <Square size={13} aria-hidden /> {WORDS.cancel}
        </Button>
      )}
      {run.thread_id === undefined ? (
        <AgainButton isPending={again.isPending} onClick={() => again.mutate()} />
      ) : (
        <Confirm
          title={WORDS.again}
          question={WORDS.againAsk}
          action={WORDS.again}
          onConfirm={() => again.mutate()}
        >
          <AgainButton isPending={again.isPending} />
        </Confirm>
      )}
    </Flex>
  );
}

interface AgainProps {
  isPending: boolean;
  onClick?: () => void;
}

function AgainButton({ isPending, ...rest }: AgainProps) {
  return (
    <Button size="1" variant="surface" color="gray" highContrast loading={isPending} {...rest}>
      <RotateCw size={13} aria-hidden /> {WORDS.again}
    </Button>
  );
}

/** What the first action took in, row by row. */
function inputsOf({ traces }: Run): Record<string, unknown>[] {
  const rows = traces.find(([[type]]) => type === "input")?.[1] ?? [];
  return rows.map((row) => (isObject(row[0]?.value) ? row[0].value : {}));
}
