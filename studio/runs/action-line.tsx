/** A run's actions on a line of time, with what it waited for, and what each execution left. */
import { Badge, Code, Flex, Text } from "@radix-ui/themes";
import { useMemo } from "react";

import { asText, parseJson } from "../api/json.ts";
import { duration } from "../parts/format.ts";
import { JsonView } from "../parts/json-view.tsx";
import { TEXTS } from "../texts.ts";
import { useDefinition } from "../tools/use-definition.ts";
import {
  type Cell,
  type Lane,
  MAX_CELLS,
  type Part,
  type Span,
  type TimeLine,
  coverInner,
  depthsOf,
  timeLineOf,
} from "./time-line.ts";
import { type Run, type RunName, useSteps } from "./use-runs.ts";

const { runs: WORDS } = TEXTS;

/** Per cent: what is too short to see is seen all the same. */
const MIN_WIDTH = 0.4;

export function ActionLine({ name, run }: { name: RunName; run: Run }) {
  const { data: steps } = useSteps(name, run.status.run);
  const definition = useDefinition(name.toolId, run.version).data;
  const line = useMemo(() => timeLineOf(run, steps ?? [], Date.now()), [run, steps]);
  const depths = useMemo(() => {
    const parsed = parseJson(definition ?? "");
    return depthsOf(Object(parsed).actions);
  }, [definition]);
  const lanes = useMemo(() => coverInner(line.lanes, depths), [line, depths]);
  return (
    <>
      <Times line={line} isOver={run.timing?.ended !== null} />
      {lanes.length === 0 ? (
        <Text size="2">{WORDS.noActions}</Text>
      ) : (
        <ol className="actions">
          {line.queueMs !== null && line.queueMs > 0 && (
            <li className="lane">
              <span className="action-name">{WORDS.queue}</span>
              <Track line={line} bars={[{ startMs: 0, ms: line.queueMs }]} kind="wait" />
              <span className="action-time">{duration(line.queueMs)}</span>
            </li>
          )}
          {lanes.map((lane) => (
            <ActionLane key={lane.key} lane={lane} line={line} depth={depths.get(lane.name) ?? 0} />
          ))}
        </ol>
      )}
    </>
  );
}

/** The run's own figures. */
function Times({ line, isOver }: { line: TimeLine; isOver: boolean }) {
  const { totalMs, queueMs, firstTokenMs, attempts } = line;
  const facts: [string, string][] = [
    [isOver ? WORDS.took : WORDS.soFar, duration(totalMs)],
    ...(queueMs === null ? [] : [[WORDS.queue, duration(queueMs)] satisfies [string, string]]),
    ...(firstTokenMs === null
      ? []
      : [[WORDS.firstToken, duration(firstTokenMs)] satisfies [string, string]]),
    ...(attempts > 1 ? [[WORDS.attempts, WORDS.times(attempts)] satisfies [string, string]] : []),
  ];
  return (
    <dl className="times">
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface LaneProps {
  lane: Lane;
  line: TimeLine;
  /** Of the actions around it. */
  depth: number;
}

function ActionLane({ lane, line, depth }: LaneProps) {
  const { name, type, cells, parts, ms } = lane;
  const failed = cells.filter(({ cell }) => cell.error !== null);
  const retries = cells.reduce((sum, { cell }) => sum + retriesOf(cell), 0);
  const isSkipped = cells.length > 0 && cells.every(({ cell }) => cell.meta["skipped"] === true);
  const spans = cells.slice(0, MAX_CELLS).map(({ span }) => span);
  return (
    <li>
      <details open={failed.length > 0}>
        <summary className="lane">
          <span className="action-name" style={{ paddingInlineStart: `${depth}rem` }}>
            {name} <Code variant="ghost">{type}</Code>
          </span>
          <Track
            line={line}
            bars={cells.length === 0 || lane.isOuter === true ? [lane] : spans}
            kind={failed.length > 0 ? "failed" : "done"}
          />
          <span className="action-time">
            {failed.length > 0 && (
              <Badge color="red" highContrast>
                {WORDS.error}
              </Badge>
            )}
            {retries > 0 && (
              <Badge color="amber" highContrast>
                {WORDS.retries(retries)}
              </Badge>
            )}
            {timeOf(lane, isSkipped, ms)}
          </span>
        </summary>
        <Flex direction="column" gap="3" py="2">
          {cells.slice(0, MAX_CELLS).map(({ row, pass, cell }) => (
            <CellView
              key={`${row} ${pass}`}
              title={cells.length === 1 ? null : WORDS.row(row, pass)}
              cell={cell}
            />
          ))}
        </Flex>
      </details>
      {parts.length > 0 && (
        <ol className="parts">
          {parts.map((part) => (
            <PartLane key={part.n} part={part} line={line} depth={depth + 1} />
          ))}
        </ol>
      )}
    </li>
  );
}

function timeOf({ cells }: Lane, isSkipped: boolean, ms: number): string {
  if (cells.length === 0) {
    return WORDS.atWork;
  }
  return isSkipped ? WORDS.skipped : duration(ms);
}

function PartLane({ part, line, depth }: { part: Part; line: TimeLine; depth: number }) {
  return (
    <li className="lane">
      <span className="action-name" style={{ paddingInlineStart: `${depth}rem` }}>
        {WORDS.part(part.type, part.names.join(", "), part.isClients)}
      </span>
      <Track line={line} bars={[part]} kind={part.isClients ? "wait" : "part"} />
      <span className="action-time">{duration(part.ms)}</span>
    </li>
  );
}

interface TrackProps {
  line: TimeLine;
  bars: readonly Span[];
  kind: "done" | "failed" | "wait" | "part";
}

/** A picture of what stands beside it in figures. */
function Track({ line: { totalMs, firstTokenMs }, bars, kind }: TrackProps) {
  const percent = (ms: number) => (totalMs === 0 ? 0 : (ms / totalMs) * 100);
  return (
    <span className="track" aria-hidden>
      {bars.map(({ startMs, ms }, index) => (
        <span
          key={index}
          className={`bar ${kind}`}
          style={{
            insetInlineStart: `${Math.min(percent(startMs), 100 - MIN_WIDTH)}%`,
            width: `${Math.max(percent(ms), MIN_WIDTH)}%`,
          }}
        />
      ))}
      {firstTokenMs !== null && (
        <span className="first-token" style={{ insetInlineStart: `${percent(firstTokenMs)}%` }} />
      )}
    </span>
  );
}

function retriesOf({ meta }: Cell): number {
  const { retries } = meta;
  return Array.isArray(retries) ? retries.length : 0;
}

function CellView({ title, cell }: { title: string | null; cell: Cell }) {
  const { duration: ms, started: _started, logs, skipped: _, ...more } = cell.meta;
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
