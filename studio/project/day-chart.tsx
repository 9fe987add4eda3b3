/** Figures by day: drawn for who looks, and as a table for who reads or listens. */
import "uplot/dist/uPlot.min.css";
import { Card, Heading, Table } from "@radix-ui/themes";
import { useEffect, useRef } from "react";
import uPlot from "uplot";

import { useTheme } from "../frame/theme.ts";
import { count } from "../parts/format.ts";
import { TEXTS } from "../texts.ts";

const { project: WORDS, none: NONE } = TEXTS;

/** Pixels. */
const HEIGHT = 220;
const AXIS_WIDTH = 56;
/** A day between two without a value is no line. */
const POINT_SIZE = 5;
const SECOND_MS = 1000;

interface Line {
  name: string;
  kind: "bar" | "line";
  /** A token of the theme. */
  colour: "--accent-9" | "--blue-9" | "--red-9";
  /** One a day; null where there is none. */
  values: (number | null)[];
}

interface DayChartProps {
  title: string;
  unit?: string;
  /** As `2026-11-29`, in UTC. */
  days: string[];
  lines: Line[];
  /** How a value is written. */
  say?: (value: number) => string;
  /** The least that the top of the scale stands for. */
  top?: number;
}

export function DayChart(props: DayChartProps) {
  const { title, unit = "", days, lines, say = count, top = 1 } = props;
  return (
    <Card asChild>
      <section aria-label={title}>
        <Heading as="h2" size="3" mb="2">
          {title}
        </Heading>
        <Plot days={days} lines={lines} top={top} />
        <details>
          <summary>{WORDS.table}</summary>
          <div className="table-box" tabIndex={0} role="region" aria-label={WORDS.tableOf(title)}>
            <Table.Root size="1">
              <Table.Header>
                <Table.Row>
                  <Table.ColumnHeaderCell>{WORDS.day}</Table.ColumnHeaderCell>
                  {lines.map(({ name }) => (
                    <Table.ColumnHeaderCell key={name}>
                      {name} {unit}
                    </Table.ColumnHeaderCell>
                  ))}
                </Table.Row>
              </Table.Header>
              <Table.Body>
                {days.map((day, at) => (
                  <Table.Row key={day}>
                    <Table.RowHeaderCell>{day}</Table.RowHeaderCell>
                    {lines.map(({ name, values }) => (
                      <Table.Cell key={name}>{wordOf(values[at], say)}</Table.Cell>
                    ))}
                  </Table.Row>
                ))}
              </Table.Body>
            </Table.Root>
          </div>
        </details>
      </section>
    </Card>
  );
}

function wordOf(value: number | null | undefined, say: (value: number) => string): string {
  return value === null || value === undefined ? NONE : say(value);
}

type PlotProps = Required<Pick<DayChartProps, "days" | "lines" | "top">>;

function Plot({ days, lines, top }: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const { appearance } = useTheme();
  useEffect(() => {
    const box = host.current;
    if (box === null) {
      return undefined;
    }
    const plot = draw(box, { days, lines, top });
    const size = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height: HEIGHT }));
    size.observe(box);
    return () => {
      size.disconnect();
      plot.destroy();
    };
    // Colours are read off the page when it is drawn.
  }, [days, lines, top, appearance]);
  return <div className="plot" ref={host} aria-hidden />;
}

function draw(box: HTMLDivElement, { days, lines, top }: PlotProps): uPlot {
  const colour = (name: string) => getComputedStyle(box).getPropertyValue(name);
  const axis = { stroke: colour("--gray-11"), grid: { stroke: colour("--gray-a4") } };
  return new uPlot(
    {
      width: box.clientWidth,
      height: HEIGHT,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * SECOND_MS), "UTC"),
      scales: { y: { range: (_, __, most) => [0, Math.max(top, most)] } },
      axes: [axis, { ...axis, size: AXIS_WIDTH }],
      series: [
        { value: "{YYYY}-{MM}-{DD}" },
        ...lines.map(({ name, kind, colour: token }) => ({
          label: name,
          stroke: colour(token),
          width: 2,
          ...(kind === "bar"
            ? {
                fill: colour(token),
                paths: uPlot.paths.bars?.({ size: [0.6] }),
              }
            : { points: { show: true, size: POINT_SIZE } }),
        })),
      ],
    },
    [days.map((day) => Date.parse(day) / SECOND_MS), ...lines.map(({ values }) => values)],
    box,
  );
}
