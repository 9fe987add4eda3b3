import { Card, Flex, Grid, Heading, Select, Text } from "@radix-ui/themes";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { type Reply, call } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { bytes, count, dollars } from "../parts/format.ts";
import { Waiting } from "../parts/waiting.tsx";
import { TEXTS } from "../texts.ts";
import { DayChart } from "./day-chart.tsx";

const { project: WORDS } = TEXTS;

const USAGE = "GET /api/sdk/usage";
const PERIODS = [7, 30, 90] as const;
const DAY_MS = 24 * 60 * 60 * 1000;
const THINGS = ["threads", "messages", "files", "bytes", "runs", "tokens"] as const;

type Usage = Reply<typeof USAGE>["usage"];

export function UsageTab() {
  const [days, setDays] = useState(30);
  const { data, error, refetch } = useQuery({
    queryKey: ["usage", days],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - (days - 1) * DAY_MS).toISOString().slice(0, 10);
      return call(USAGE, { query: { from } }, { signal });
    },
    placeholderData: keepPreviousData,
  });
  if (error !== null) {
    return <ErrorView error={error} retry={() => void refetch()} />;
  }
  if (data === undefined) {
    return <Waiting />;
  }
  return (
    <Flex direction="column" gap="5">
      <Select.Root value={String(days)} onValueChange={(chosen) => setDays(Number(chosen))}>
        <Select.Trigger className="at-start" aria-label={WORDS.period} />
        <Select.Content>
          {PERIODS.map((one) => (
            <Select.Item key={one} value={String(one)}>
              {WORDS.days(one)}
            </Select.Item>
          ))}
        </Select.Content>
      </Select.Root>
      <Charts days={data.days} />
      <Quotas usage={data.usage} />
    </Flex>
  );
}

function Charts({ days }: { days: Reply<typeof USAGE>["days"] }) {
  const { lines } = WORDS;
  return (
    <Grid columns={{ initial: "1", lg: "3" }} gap="4">
      <DayChart
        title={WORDS.charts.runs}
        days={days.map(({ day }) => day)}
        lines={[
          {
            name: lines.runs,
            kind: "bar",
            colour: "--accent-9",
            values: days.map(({ runs }) => runs),
          },
          {
            name: lines.errors,
            kind: "bar",
            colour: "--red-9",
            values: days.map(({ errors }) => errors),
          },
        ]}
      />
      <DayChart
        title={WORDS.charts.tokens}
        days={days.map(({ day }) => day)}
        lines={[
          {
            name: lines.input,
            kind: "line",
            colour: "--accent-9",
            values: days.map(({ tokens }) => tokens.input),
          },
          {
            name: lines.output,
            kind: "line",
            colour: "--blue-9",
            values: days.map(({ tokens }) => tokens.output),
          },
        ]}
      />
      <DayChart
        title={WORDS.charts.firstToken}
        unit={WORDS.milliseconds}
        days={days.map(({ day }) => day)}
        lines={[
          {
            name: lines.p50,
            kind: "line",
            colour: "--accent-9",
            values: days.map((one) => one.first_token_ms.p50),
          },
          {
            name: lines.p95,
            kind: "line",
            colour: "--blue-9",
            values: days.map((one) => one.first_token_ms.p95),
          },
        ]}
      />
      {days.some((one) => one.cost_usd > 0) && <CostChart days={days} />}
    </Grid>
  );
}

function CostChart({ days }: { days: Reply<typeof USAGE>["days"] }) {
  const values = days.map((one) => one.cost_usd);
  return (
    <DayChart
      title={WORDS.charts.cost}
      say={dollars}
      top={0}
      days={days.map(({ day }) => day)}
      lines={[{ name: WORDS.lines.cost, kind: "bar", colour: "--accent-9", values }]}
    />
  );
}

function Quotas({ usage }: { usage: Usage }) {
  return (
    <section aria-label={WORDS.quotas}>
      <Heading as="h2" size="3" mb="3">
        {WORDS.quotas}
      </Heading>
      <Grid columns={{ initial: "1", sm: "2", lg: "3" }} gap="3">
        {THINGS.map((thing) => (
          <Quota key={thing} thing={thing} {...usage[thing]} />
        ))}
      </Grid>
    </section>
  );
}

type QuotaProps = Usage["threads"] & { thing: (typeof THINGS)[number] };

function Quota({ thing, used, reserved, quota }: QuotaProps) {
  const say = thing === "bytes" ? bytes : count;
  return (
    <Card>
      <Flex direction="column" gap="1">
        <Text size="2" color="gray" highContrast>
          {WORDS.things[thing]}
        </Text>
        <Text size="4" weight="medium">
          {WORDS.used(say(used), quota === null ? null : say(quota))}
        </Text>
        {quota !== null && (
          <meter max={quota} value={used + reserved} aria-label={WORDS.things[thing]} />
        )}
      </Flex>
    </Card>
  );
}
