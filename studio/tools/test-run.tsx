/** One run of the version beside it, told as it goes. */
import { Button, Card, Flex, Heading, Text } from "@radix-ui/themes";
import { useMutation } from "@tanstack/react-query";
import { Play } from "lucide-react";
import { useState } from "react";
import { Link } from "wouter";

import { ApiError } from "../api/api-error.ts";
import { call } from "../api/call.ts";
import { isObject, parseJson } from "../api/json.ts";
import { CodeEditor } from "../editor/code-editor.tsx";
import { ErrorView } from "../frame/error-view.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { ActionLine } from "../runs/action-line.tsx";
import { StateBadge } from "../runs/state-badge.tsx";
import { SubmitForm } from "../runs/submit-form.tsx";
import { type RunName, useRun } from "../runs/use-runs.ts";
import { useProject } from "../session/project.ts";
import { TEXTS } from "../texts.ts";
import type { Tool } from "./tool-view.tsx";
import { toText } from "./use-definition.ts";

const { tools: WORDS } = TEXTS;

const RUN = "POST /api/sdk/p/{project_id}/a/{tool_id}/r";
const FIRST_INPUT = toText([{ messages: [{ role: "user", content: "Hello" }] }]);

interface TestRunProps {
  tool: Tool;
  version: number;
  /** Deploys what stands in the editor, and says as which version; null where that is deployed. */
  deployFirst: (() => Promise<number>) | null;
}

export function TestRun({ tool, version, deployFirst }: TestRunProps) {
  const { project } = useProject();
  const [inputs, setInputs] = useState(FIRST_INPUT);
  const [runId, setRunId] = useState<string | null>(null);
  const start = useMutation({
    mutationFn: async () => {
      const rows = readInputs(inputs);
      return call(RUN, {
        path: { project_id: project.id, tool_id: tool.id },
        body: { version: (await deployFirst?.()) ?? version, inputs: rows, blocking: false },
      });
    },
    onSuccess: ({ run }) => setRunId(run.run_id),
  });
  return (
    <Card className="test-run" asChild>
      <section aria-label={WORDS.test}>
        <Flex direction="column" gap="3">
          <Flex justify="between" align="center" gap="3">
            <Heading as="h3" size="3">
              {WORDS.test}
            </Heading>
            <Button size="1" loading={start.isPending} onClick={() => start.mutate()}>
              <Play size={13} aria-hidden />
              {deployFirst === null ? WORDS.run(version) : WORDS.deployAndRun}
            </Button>
          </Flex>
          <Text size="1" color="gray" highContrast>
            {deployFirst === null ? WORDS.testHow : WORDS.testDraft}
          </Text>
          <CodeEditor
            label={WORDS.inputs}
            initial={FIRST_INPUT}
            reader={null}
            onChange={setInputs}
          />
          {start.error !== null && <ErrorView error={start.error} />}
          {runId !== null && <Tried key={runId} name={{ toolId: tool.id, runId }} />}
        </Flex>
      </section>
    </Card>
  );
}

function readInputs(text: string): Record<string, unknown>[] {
  const parsed = parseJson(text);
  const rows: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (!rows.every(isObject)) {
    throw new ApiError({ status: 400, type: "json", message: WORDS.noInputs });
  }
  return rows;
}

function Tried({ name }: { name: RunName }) {
  const { data: run, error } = useRun(name);
  if (run === undefined) {
    return error === null ? null : <ErrorView error={error} />;
  }
  const calls = run.required_action?.calls ?? [];
  return (
    <Flex direction="column" gap="3">
      <Flex gap="3" align="center" className="facts">
        <span role="status">
          <StateBadge state={run.status.run} />
        </span>
        <Link href={`/runs/${name.toolId}/${name.runId}`}>{WORDS.whole}</Link>
      </Flex>
      {run.error !== undefined && (
        <Text size="2" color="red" highContrast className="wrap">
          {run.error.message}
        </Text>
      )}
      {calls.length > 0 && <SubmitForm name={name} calls={calls} />}
      {run.results !== null && (
        <JsonView
          label={TEXTS.runs.results}
          value={run.results.flatMap((row) => row.map(({ value }) => value)).find(Boolean) ?? null}
        />
      )}
      <ActionLine name={name} run={run} />
    </Flex>
  );
}
