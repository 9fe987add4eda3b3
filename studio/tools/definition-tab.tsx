/** A tool's definition in an editor, deployed from there, and tried beside it. */
import { Button, Flex, Select, Text } from "@radix-ui/themes";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Rocket } from "lucide-react";
import { useState } from "react";

import { ApiError } from "../api/api-error.ts";
import { call } from "../api/call.ts";
import { CodeEditor } from "../editor/code-editor.tsx";
import { ErrorView } from "../frame/error-view.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { useProject } from "../session/project.ts";
import { TEXTS } from "../texts.ts";
import { parseObject } from "./parse-body.ts";
import { TestRun } from "./test-run.tsx";
import type { Tool } from "./tool-view.tsx";
import { useDefinition, useReader, useVersions } from "./use-definition.ts";

const { tools: WORDS } = TEXTS;

const DEPLOY = "POST /api/sdk/p/{project_id}/a/{tool_id}/v";

export function DefinitionTab({ tool }: { tool: Tool }) {
  const [version, setVersion] = useState(tool.latest_version);
  const { data, error, refetch } = useDefinition(tool.id, version);
  const reader = useReader(DEPLOY);
  if (error !== null) {
    return <ErrorView error={error} retry={() => void refetch()} />;
  }
  return data === undefined || reader === null ? (
    <Waiting />
  ) : (
    <Workbench
      key={version}
      tool={tool}
      version={version}
      setVersion={setVersion}
      deployed={data}
      reader={reader}
    />
  );
}

interface WorkbenchProps {
  tool: Tool;
  version: number;
  setVersion: (version: number) => void;
  /** The text of that version. */
  deployed: string;
  reader: NonNullable<ReturnType<typeof useReader>>;
}

function Workbench({ tool, version, setVersion, deployed, reader }: WorkbenchProps) {
  const [text, setText] = useState(deployed);
  const deploy = useDeploy(tool, setVersion);
  const isChanged = text !== deployed;
  return (
    <div className="workbench">
      <Flex direction="column" gap="3" minWidth="0">
        <Flex gap="3" align="center" wrap="wrap">
          <VersionSelect tool={tool} version={version} setVersion={setVersion} />
          <Text size="1" color="gray" highContrast role="status">
            {isChanged ? WORDS.changed : ""}
          </Text>
          <Flex gap="2" ml="auto">
            <Button
              variant="surface"
              color="gray"
              highContrast
              disabled={!isChanged}
              loading={deploy.isPending}
              onClick={() => deploy.mutate({ text, live: false })}
            >
              {WORDS.deploy}
            </Button>
            <Button
              disabled={!isChanged}
              loading={deploy.isPending}
              onClick={() => deploy.mutate({ text, live: true })}
            >
              <Rocket size={15} aria-hidden /> {WORDS.deployLive}
            </Button>
          </Flex>
        </Flex>
        {deploy.error !== null && <ErrorView error={deploy.error} />}
        <CodeEditor
          label={WORDS.definition}
          initial={deployed}
          reader={reader}
          issues={deploy.error instanceof ApiError ? deploy.error.issues : NO_ISSUES}
          onChange={setText}
        />
        <Text size="1" color="gray" highContrast>
          {WORDS.keys}
        </Text>
      </Flex>
      <TestRun
        tool={tool}
        version={version}
        deployFirst={
          isChanged ? async () => (await deploy.mutateAsync({ text, live: false })).version : null
        }
      />
    </div>
  );
}

const NO_ISSUES = [] as const;

function useDeploy(tool: Tool, setVersion: (version: number) => void) {
  const { project } = useProject();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ text, live }: { text: string; live: boolean }) => {
      const { actions, ...rest } = parseObject(text);
      return call(DEPLOY, {
        path: { project_id: project.id, tool_id: tool.id },
        body: { ...rest, actions: Array.isArray(actions) ? actions : [], live },
      });
    },
    onSuccess: async (deployed) => {
      await queries.invalidateQueries({ queryKey: ["tools"] });
      setVersion(deployed.version);
    },
  });
}

interface SelectProps {
  tool: Tool;
  version: number;
  setVersion: (version: number) => void;
}

function VersionSelect({ tool, version, setVersion }: SelectProps) {
  const { data = [] } = useVersions(tool.id);
  return (
    <Select.Root value={String(version)} onValueChange={(chosen) => setVersion(Number(chosen))}>
      <Select.Trigger aria-label={WORDS.version} />
      <Select.Content>
        {data.map((one) => (
          <Select.Item key={one.version} value={String(one.version)}>
            {one.live ? WORDS.live(one.version) : TEXTS.runs.version(one.version)}
          </Select.Item>
        ))}
      </Select.Content>
    </Select.Root>
  );
}
