/** A run's actions on a line of time, and what each execution left. */
import { Badge, Code, Flex, Text } from "@radix-ui/themes";

import { asText } from "../api/json.ts";
import { duration } from "../parts/format.ts";
import { JsonView } from "../parts/json-view.tsx";
import { TEXTS } from "../texts.ts";
import type { Run } from "./use-runs.ts";

const { runs: WORDS } = TEXTS;

type Trace = Run["traces"][number];
type Cell = Trace[1][number][number];

/** Per cent: what is too short to see is seen all the same. */
const MIN_WIDTH = 0.8;
/** Executions drawn of one action; the rest is in the result. */
const MAX_CELLS = 50;

interface Bar {
  key: string;
  type: string;
  name: string;
  cells: { row: number; pass: number; cell: Cell }[];
  startMs: number;
  ms: number;
}

/**
 * The API tells how long each execution took, not when it began: actions stand one after the other,
 * each as long as its longest execution, since rows and iterations run side by side.
 */
function barsOf(traces: readonly Trace[]): { bars: Bar[]; totalMs: number } {
  const bars: Bar[] = [];
  let startMs = 0;
  for (const [index, [[type, name], rows]] of traces.entries()) {
    const cells = rows.flatMap((row, at) => row.map((cell, pass) => ({ row: at, pass, cell })));
    const ms = Math.max(0, ...cells.map(({ cell }) => cell.meta.duration));
    bars.push({ key: `${index} ${name}`, type, name, cells, startMs, ms });
    startMs += ms;
  }
  return { bars, totalMs: startMs };
}

export function ActionLine({ run }: { run: Run }) {
  const { bars, totalMs } = barsOf(run.traces);
  if (bars.length === 0) {
    return <Text size="2">{WORDS.noActions}</Text>;
  }
  return (
    <>
      <Text as="p" size="1" color="gray" highContrast mb="2">
        {WORDS.timeLine}: {duration(totalMs)}
      </Text>
      <ol className="actions">
        {bars.map((bar) => (
          <ActionBar key={bar.key} bar={bar} totalMs={totalMs} />
        ))}
      </ol>
    </>
  );
}

function ActionBar({ bar, totalMs }: { bar: Bar; totalMs: number }) {
  const percent = (ms: number) => (totalMs === 0 ? 0 : (ms / totalMs) * 100);
  const failed = bar.cells.filter(({ cell }) => cell.error !== null).length;
  const isSkipped = bar.cells.every(({ cell }) => cell.meta["skipped"] === true);
  return (
    <li>
      <details open={failed > 0}>
        <summary>
          <span className="action-name">
            {bar.name} <Code variant="ghost">{bar.type}</Code>
          </span>
          <span className="track" aria-hidden>
            <span
              className={failed > 0 ? "bar failed" : "bar"}
              style={{
                marginLeft: `${Math.min(percent(bar.startMs), 100 - MIN_WIDTH)}%`,
                width: `${Math.max(percent(bar.ms), MIN_WIDTH)}%`,
              }}
            />
          </span>
          <span className="action-time">
            {failed > 0 && (
              <Badge color="red" highContrast>
                {WORDS.error}
              </Badge>
            )}
            {isSkipped ? WORDS.skipped : duration(bar.ms)}
          </span>
        </summary>
        <Flex direction="column" gap="3" py="2">
          {bar.cells.slice(0, MAX_CELLS).map(({ row, pass, cell }) => (
            <CellView
              key={`${row} ${pass}`}
              title={bar.cells.length === 1 ? null : WORDS.row(row, pass)}
              cell={cell}
            />
          ))}
        </Flex>
      </details>
    </li>
  );
}

function CellView({ title, cell }: { title: string | null; cell: Cell }) {
  const { duration: ms, logs, skipped: _, ...more } = cell.meta;
  return (
    <Flex direction="column" gap="2">
      {title !== null && (
        <Text size="1" weight="medium">
          {title} · {duration(ms)}
        </Text>
      )}
      {cell.error === null ? (
        <JsonView label={WORDS.output} value={cell.value} />
      ) : (
        <Text size="2" color="red" highContrast className="wrap">
          {cell.error}
        </Text>
      )}
      {Array.isArray(logs) && logs.length > 0 && (
        <JsonView label={WORDS.logs} value={logs.map(asText).join("\n")} />
      )}
      {Object.keys(more).length > 0 && <JsonView label={WORDS.more} value={more} />}
    </Flex>
  );
}
