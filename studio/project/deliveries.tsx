import { Badge, Button, Flex, Heading, Select, Text } from "@radix-ui/themes";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useCallback, useState } from "react";

import { type Reply, call } from "../api/call.ts";
import { Empty } from "../parts/empty.tsx";
import { fromSeconds } from "../parts/format.ts";
import { PagedList } from "../parts/paged-list.tsx";
import { When } from "../parts/when.tsx";
import { TEXTS } from "../texts.ts";

const { project: WORDS } = TEXTS;

const LIST = "GET /api/sdk/webhooks/deliveries";
const PAGE_SIZE = 50;
const ROW_HEIGHT = 76;
const POLL_MS = 3000;
const STATES = ["pending", "delivered", "failed"] as const;
const COLOURS = { pending: "amber", delivered: "green", failed: "red" } as const;
/** Radix has no choice without a value. */
const ANY = "any";

type Delivery = Reply<typeof LIST>["list"][number];

export function Deliveries() {
  const [state, setState] = useState<(typeof STATES)[number] | null>(null);
  const listed = useInfiniteQuery({
    queryKey: ["deliveries", state],
    queryFn: ({ pageParam: after, signal }) =>
      call(LIST, { query: { limit: PAGE_SIZE, after, status: state ?? undefined } }, { signal }),
    initialPageParam: "",
    getNextPageParam: ({ list }) => (list.length < PAGE_SIZE ? undefined : list.at(-1)?.id),
    refetchInterval: ({ state: { data } }) => (data?.pages.length === 1 ? POLL_MS : false),
  });
  const draw = useCallback((one: Delivery) => <DeliveryRow delivery={one} />, []);
  return (
    <section aria-label={WORDS.deliveries}>
      <Flex gap="3" align="center" mb="2">
        <Heading as="h2" size="3">
          {WORDS.deliveries}
        </Heading>
        <Select.Root
          value={state ?? ANY}
          onValueChange={(chosen) => setState(STATES.find((one) => one === chosen) ?? null)}
        >
          <Select.Trigger aria-label={WORDS.state} />
          <Select.Content>
            <Select.Item value={ANY}>{WORDS.anyState}</Select.Item>
            {STATES.map((one) => (
              <Select.Item key={one} value={one}>
                {WORDS.deliveryState[one]}
              </Select.Item>
            ))}
          </Select.Content>
        </Select.Root>
      </Flex>
      <div className="boxed-list">
        <PagedList
          label={WORDS.deliveriesList}
          listed={listed}
          itemsOf={({ list }) => list}
          rowHeight={ROW_HEIGHT}
          keyOf={({ id }) => id}
          draw={draw}
          empty={<Empty title={WORDS.noDeliveries}>{WORDS.noDeliveriesHow}</Empty>}
        />
      </div>
    </section>
  );
}

function DeliveryRow({ delivery }: { delivery: Delivery }) {
  const queries = useQueryClient();
  const replay = useMutation({
    mutationFn: () =>
      call("POST /api/sdk/webhooks/deliveries/{delivery_id}/replay", {
        path: { delivery_id: delivery.id },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["deliveries"] }),
  });
  const said =
    delivery.error ??
    (delivery.response_status === null ? "" : WORDS.answered(delivery.response_status));
  return (
    <div className="row delivery">
      <span className="first">
        <Badge color={COLOURS[delivery.status]} highContrast>
          {WORDS.deliveryState[delivery.status]}
        </Badge>{" "}
        {delivery.type} <When ms={fromSeconds(delivery.created_at)} />
      </span>
      <span className="second">
        <span>{delivery.url}</span>
      </span>
      <span className="second">
        <span className="fixed">{WORDS.attempts(delivery.attempts)}</span>
        <span>{replay.error?.message ?? said}</span>
      </span>
      <Button
        className="beside"
        size="1"
        variant="surface"
        color="gray"
        highContrast
        loading={replay.isPending}
        onClick={() => replay.mutate()}
      >
        <RotateCw size={13} aria-hidden /> <Text size="1">{WORDS.replay}</Text>
      </Button>
    </div>
  );
}
