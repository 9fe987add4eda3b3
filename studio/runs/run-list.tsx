import { Flex, Heading, Select } from "@radix-ui/themes";
import { useCallback } from "react";
import { Link, useLocation, useSearchParams } from "wouter";

import { Empty } from "../parts/empty.tsx";
import { PagedList } from "../parts/paged-list.tsx";
import { When } from "../parts/when.tsx";
import { TEXTS } from "../texts.ts";
import { useTools } from "../tools/use-tools.ts";
import { StateBadge } from "./state-badge.tsx";
import { RUN_STATES, type RunSummary, useRuns } from "./use-runs.ts";

const { runs: WORDS } = TEXTS;

const ROW_HEIGHT = 64;
/** Radix has no choice without a value. */
const ANY = "any";

export function RunList({ toolId, chosen }: { toolId: string; chosen: string | null }) {
  const [, go] = useLocation();
  const [search, setSearch] = useSearchParams();
  const tools = useTools();
  const state = RUN_STATES.find((one) => one === search.get("state")) ?? null;
  const chooseState = (value: string) =>
    setSearch((now) => {
      if (value === ANY) {
        now.delete("state");
      } else {
        now.set("state", value);
      }
      return now;
    });
  return (
    <section className="pane list" aria-label={WORDS.title}>
      <div className="pane-head">
        <Heading as="h2" size="5">
          {WORDS.title}
        </Heading>
        <Flex gap="2" wrap="wrap">
          <Select.Root value={toolId} onValueChange={(id) => go(`/runs/${id}`)}>
            <Select.Trigger className="grow" aria-label={WORDS.tool} />
            <Select.Content>
              {tools.data?.map(({ id, name }) => (
                <Select.Item key={id} value={id}>
                  {name}
                </Select.Item>
              ))}
            </Select.Content>
          </Select.Root>
          <Select.Root value={state ?? ANY} onValueChange={chooseState}>
            <Select.Trigger className="grow" aria-label={WORDS.state} />
            <Select.Content>
              <Select.Item value={ANY}>{WORDS.any}</Select.Item>
              {RUN_STATES.map((one) => (
                <Select.Item key={one} value={one}>
                  {WORDS.states[one]}
                </Select.Item>
              ))}
            </Select.Content>
          </Select.Root>
        </Flex>
      </div>
      <Rows toolId={toolId} state={state} chosen={chosen} />
    </section>
  );
}

interface RowsProps {
  toolId: string;
  state: (typeof RUN_STATES)[number] | null;
  chosen: string | null;
}

function Rows({ toolId, state, chosen }: RowsProps) {
  const listed = useRuns(toolId, state);
  const query = state === null ? "" : `?state=${state}`;
  const draw = useCallback(
    (run: RunSummary) => (
      <Link
        href={`/runs/${toolId}/${run.run_id}${query}`}
        className="row"
        aria-current={run.run_id === chosen}
      >
        <span className="first">
          <StateBadge state={run.status.run} /> <When ms={run.created} />
        </span>
        <span className="second">
          <span className="fixed">{WORDS.version(run.version)}</span>
          <span>{run.error?.message ?? run.run_id}</span>
        </span>
      </Link>
    ),
    [toolId, query, chosen],
  );
  return (
    <PagedList
      label={WORDS.list}
      listed={listed}
      itemsOf={({ runs }) => runs}
      rowHeight={ROW_HEIGHT}
      keyOf={(run) => run.run_id}
      draw={draw}
      empty={<Empty title={WORDS.empty}>{WORDS.emptyHow}</Empty>}
    />
  );
}
