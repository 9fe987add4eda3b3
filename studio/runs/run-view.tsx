import { Callout, Flex, Heading, Tabs, Text } from "@radix-ui/themes";
import { ArrowLeft } from "lucide-react";
import { Link, useSearch } from "wouter";

import { ErrorView } from "../frame/error-view.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { count, dollars } from "../parts/format.ts";
import { JsonView } from "../parts/json-view.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { When } from "../parts/when.tsx";
import { TEXTS } from "../texts.ts";
import { ActionLine } from "./action-line.tsx";
import { RawEvents } from "./raw-events.tsx";
import { RunButtons } from "./run-buttons.tsx";
import { StateBadge } from "./state-badge.tsx";
import { StepList } from "./step-list.tsx";
import { SubmitForm } from "./submit-form.tsx";
import { type Run, type RunName, useRun } from "./use-runs.ts";

const { runs: WORDS } = TEXTS;

export function RunView(name: RunName) {
  const { data: run, error, refetch } = useRun(name);
  const calls = run?.required_action?.calls ?? [];
  return (
    <section className="pane detail" aria-label={WORDS.one(name.runId)}>
      <div className="pane-head">
        <RunHead name={name} run={run} />
      </div>
      <div className="scroll">
        <div className="column wide-column">
          {error !== null && <ErrorView error={error} retry={() => void refetch()} />}
          {run === undefined && error === null && <Waiting />}
          {run?.error !== undefined && (
            <Callout.Root color="red" highContrast>
              <Callout.Text className="wrap">
                {run.error.code}: {run.error.message}
              </Callout.Text>
            </Callout.Root>
          )}
          {calls.length > 0 && <SubmitForm name={name} calls={calls} />}
          {run !== undefined && <RunTabs name={name} run={run} />}
        </div>
      </div>
    </section>
  );
}

function RunHead({ name, run }: { name: RunName; run: Run | undefined }) {
  const search = useSearch();
  return (
    <>
      <Flex align="center" gap="3">
        <Link className="only-narrow" href={`/runs/${name.toolId}${search && `?${search}`}`}>
          <ArrowLeft size={18} aria-label={WORDS.back} />
        </Link>
        <Flex align="center" gap="2" minWidth="0" flexGrow="1">
          <Heading as="h2" size="3" truncate title={name.runId}>
            {name.runId}
          </Heading>
          <CopyButton text={name.runId} />
        </Flex>
        {run !== undefined && <RunButtons name={name} run={run} />}
      </Flex>
      {run !== undefined && (
        <Flex gap="3" wrap="wrap" align="center" className="facts">
          <span role="status">
            <StateBadge state={run.status.run} />
          </span>
          <Text size="2">{WORDS.version(run.version)}</Text>
          <When ms={run.created} />
          {run.usage !== undefined && (
            <Text size="2">
              {WORDS.tokens(count(run.usage.input_tokens), count(run.usage.output_tokens))}
            </Text>
          )}
          {run.usage?.cost_usd !== undefined && <Text size="2">{dollars(run.usage.cost_usd)}</Text>}
          {run.thread_id !== undefined && (
            <Link href={`/threads/${encodeURIComponent(run.thread_id)}`}>{WORDS.thread}</Link>
          )}
        </Flex>
      )}
    </>
  );
}

function RunTabs({ name, run }: { name: RunName; run: Run }) {
  return (
    <Tabs.Root defaultValue="actions">
      <Tabs.List>
        <Tabs.Trigger value="actions">{WORDS.actions}</Tabs.Trigger>
        <Tabs.Trigger value="steps">{WORDS.steps}</Tabs.Trigger>
        <Tabs.Trigger value="results">{WORDS.results}</Tabs.Trigger>
        <Tabs.Trigger value="events">{WORDS.events}</Tabs.Trigger>
      </Tabs.List>
      <div className="tab">
        <Tabs.Content value="actions">
          <ActionLine name={name} run={run} />
        </Tabs.Content>
        <Tabs.Content value="steps">
          <StepList name={name} state={run.status.run} />
        </Tabs.Content>
        <Tabs.Content value="results">
          <Flex direction="column" gap="3">
            <JsonView
              label={WORDS.results}
              value={run.results?.map((row) => row.map(({ value }) => value)) ?? null}
            />
            <Heading as="h3" size="2">
              {WORDS.config}
            </Heading>
            <JsonView label={WORDS.config} value={run.config.blocks} />
          </Flex>
        </Tabs.Content>
        <Tabs.Content value="events">
          <RawEvents name={name} />
        </Tabs.Content>
      </div>
    </Tabs.Root>
  );
}
