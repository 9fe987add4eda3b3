import { Button, Flex, Heading } from "@radix-ui/themes";
import { Plus } from "lucide-react";
import { useCallback } from "react";
import { Link } from "wouter";

import type { Reply } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { Empty } from "../parts/empty.tsx";
import { VirtualList } from "../parts/virtual-list.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { TEXTS } from "../texts.ts";
import { useTools } from "./use-tools.ts";

const { tools: WORDS } = TEXTS;

const ROW_HEIGHT = 60;

type Tool = Reply<"GET /api/sdk/p/{project_id}/a">["tools"][number];

export function ToolList({ chosen }: { chosen: string | null }) {
  return (
    <section className="pane list" aria-label={WORDS.title}>
      <div className="pane-head">
        <Flex justify="between" align="center">
          <Heading as="h2" size="5">
            {WORDS.title}
          </Heading>
          <Button asChild size="1" variant="surface" color="gray" highContrast>
            <Link href="/tools/new">
              <Plus size={14} aria-hidden /> {WORDS.fresh}
            </Link>
          </Button>
        </Flex>
      </div>
      <Rows chosen={chosen} />
    </section>
  );
}

function Rows({ chosen }: { chosen: string | null }) {
  const { data, error, refetch } = useTools();
  const draw = useCallback(
    ({ id, name, live_version: live, latest_version: latest }: Tool) => (
      <Link href={`/tools/${id}`} className="row" aria-current={id === chosen}>
        <span className="first">{name}</span>
        <span className="second">
          <span className="fixed">{WORDS.versions(live, latest)}</span>
          <span>{id}</span>
        </span>
      </Link>
    ),
    [chosen],
  );
  if (error !== null) {
    return <ErrorView error={error} retry={() => void refetch()} />;
  }
  if (data === undefined) {
    return <Waiting />;
  }
  return data.length === 0 ? (
    <Empty title={TEXTS.runs.noTools}>{WORDS.emptyHow}</Empty>
  ) : (
    <VirtualList
      label={WORDS.list}
      items={data}
      rowHeight={ROW_HEIGHT}
      keyOf={({ id }) => id}
      draw={draw}
      hasMore={false}
      loadMore={() => undefined}
    />
  );
}
