/** What was deployed when, what changed between two versions, and which of them is live. */
import { Badge, Button, Flex, Heading, Select, Text } from "@radix-ui/themes";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { call } from "../api/call.ts";
import { DiffView } from "../editor/diff-view.tsx";
import { ErrorView } from "../frame/error-view.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { fromSeconds } from "../parts/format.ts";
import { Waiting } from "../parts/waiting.tsx";
import { When } from "../parts/when.tsx";
import { useProject } from "../session/project.ts";
import { TEXTS } from "../texts.ts";
import type { Tool } from "./tool-view.tsx";
import { type VersionSummary, useDefinition, useVersions } from "./use-definition.ts";

const { tools: WORDS } = TEXTS;

const UPDATE = "POST /api/sdk/p/{project_id}/a/{tool_id}";

export function VersionsTab({ tool }: { tool: Tool }) {
  const { data, error, refetch } = useVersions(tool.id);
  if (error !== null) {
    return <ErrorView error={error} retry={() => void refetch()} />;
  }
  return data === undefined ? (
    <Waiting />
  ) : (
    <Flex direction="column" gap="5">
      <ol className="plain-list" aria-label={WORDS.versionsList}>
        {data.map((one) => (
          <VersionRow key={one.version} tool={tool} one={one} />
        ))}
      </ol>
      {data.length > 1 && <Comparison tool={tool} versions={data} />}
    </Flex>
  );
}

function VersionRow({ tool, one }: { tool: Tool; one: VersionSummary }) {
  const { project } = useProject();
  const queries = useQueryClient();
  const promote = useMutation({
    mutationFn: () =>
      call(UPDATE, {
        path: { project_id: project.id, tool_id: tool.id },
        body: { live_version: one.version },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tools"] }),
  });
  const isOlder = one.version < tool.live_version;
  const action = isOlder ? WORDS.rollBack(one.version) : WORDS.promote(one.version);
  return (
    <li>
      <Text size="2" weight="medium" className="version">
        {TEXTS.runs.version(one.version)}
      </Text>
      <When ms={fromSeconds(one.created_at)} />
      {one.live && (
        <Badge color="green" highContrast>
          {WORDS.isLive}
        </Badge>
      )}
      {promote.error !== null && <ErrorView error={promote.error} />}
      {!one.live && (
        <Confirm
          title={action}
          question={tool.default_version === "live" ? WORDS.promoteAsk : WORDS.promoteAskLatest}
          action={action}
          onConfirm={() => promote.mutate()}
        >
          <Button
            size="1"
            variant="surface"
            color="gray"
            highContrast
            loading={promote.isPending}
            ml="auto"
          >
            {action}
          </Button>
        </Confirm>
      )}
    </li>
  );
}

function Comparison({ tool, versions }: { tool: Tool; versions: VersionSummary[] }) {
  const newest = versions[0]?.version ?? tool.latest_version;
  const other = versions.find(({ version, live }) => live && version !== newest) ?? versions[1];
  const [before, setBefore] = useState(other?.version ?? newest);
  const [after, setAfter] = useState(newest);
  const from = useDefinition(tool.id, before);
  const to = useDefinition(tool.id, after);
  return (
    <section aria-label={WORDS.compare}>
      <Flex gap="3" align="center" wrap="wrap" mb="3">
        <Heading as="h3" size="3">
          {WORDS.compare}
        </Heading>
        <Choice label={WORDS.before} versions={versions} value={before} choose={setBefore} />
        <Choice label={WORDS.after} versions={versions} value={after} choose={setAfter} />
      </Flex>
      {from.data === undefined || to.data === undefined ? (
        <Waiting />
      ) : from.data === to.data ? (
        <Text size="2">{WORDS.same}</Text>
      ) : (
        <DiffView label={WORDS.compare} before={from.data} after={to.data} />
      )}
    </section>
  );
}

interface ChoiceProps {
  label: string;
  versions: VersionSummary[];
  value: number;
  choose: (version: number) => void;
}

function Choice({ label, versions, value, choose }: ChoiceProps) {
  return (
    <Select.Root value={String(value)} onValueChange={(chosen) => choose(Number(chosen))}>
      <Select.Trigger aria-label={label} />
      <Select.Content>
        {versions.map(({ version }) => (
          <Select.Item key={version} value={String(version)}>
            {TEXTS.runs.version(version)}
          </Select.Item>
        ))}
      </Select.Content>
    </Select.Root>
  );
}
