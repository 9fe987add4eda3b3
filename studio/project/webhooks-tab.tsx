import { Badge, Button, Flex, Text, TextField } from "@radix-ui/themes";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { type Reply, call } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Empty } from "../parts/empty.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { TEXTS } from "../texts.ts";
import { Deliveries } from "./deliveries.tsx";
import { Secret } from "./secret.tsx";

const { project: WORDS } = TEXTS;

const LIST = "GET /api/sdk/webhooks";

type Webhook = Reply<typeof LIST>["list"][number];

export function WebhooksTab() {
  const { data, error, refetch } = useQuery({
    queryKey: ["webhooks"],
    queryFn: async ({ signal }) => (await call(LIST, {}, { signal })).list,
  });
  return (
    <Flex direction="column" gap="5">
      <NewWebhook />
      {error !== null && <ErrorView error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Waiting />}
      {data?.length === 0 && <Empty title={WORDS.noWebhooks}>{WORDS.noWebhooksHow}</Empty>}
      {data !== undefined && data.length > 0 && (
        <ul className="plain-list" aria-label={WORDS.webhooksList}>
          {data.map((webhook) => (
            <WebhookRow key={webhook.id} webhook={webhook} />
          ))}
        </ul>
      )}
      <Deliveries />
    </Flex>
  );
}

function NewWebhook() {
  const queries = useQueryClient();
  const [url, setUrl] = useState("");
  const create = useMutation({
    mutationFn: () => call("POST /api/sdk/webhooks", { body: { url } }),
    onSuccess: async () => {
      setUrl("");
      await queries.invalidateQueries({ queryKey: ["webhooks"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit} className="narrow-form">
      <label>
        <Text size="2">{WORDS.webhookUrl}</Text>
        <TextField.Root
          type="url"
          value={url}
          required
          onChange={(event) => setUrl(event.target.value)}
        />
      </label>
      {create.error !== null && <ErrorView error={create.error} />}
      <Button type="submit" className="at-start" loading={create.isPending}>
        {WORDS.createWebhook}
      </Button>
      {create.data?.secret !== undefined && <Secret value={create.data.secret} />}
    </form>
  );
}

function WebhookRow({ webhook: { id, url, events, enabled } }: { webhook: Webhook }) {
  const queries = useQueryClient();
  const path = { webhook_id: id };
  const renew = () => queries.invalidateQueries({ queryKey: ["webhooks"] });
  const toggle = useMutation({
    mutationFn: () =>
      call("POST /api/sdk/webhooks/{webhook_id}", { path, body: { enabled: !enabled } }),
    onSuccess: renew,
  });
  const remove = useMutation({
    mutationFn: () => call("DELETE /api/sdk/webhooks/{webhook_id}", { path }),
    onSuccess: renew,
  });
  const error = toggle.error ?? remove.error;
  return (
    <li>
      <Text weight="medium" className="wrap">
        {url ?? WORDS.noUrl}
      </Text>
      <Flex gap="1" wrap="wrap">
        {events.map((event) => (
          <Badge key={event} color="gray" highContrast>
            {event}
          </Badge>
        ))}
      </Flex>
      <Flex gap="2" ml="auto">
        <Button
          size="1"
          variant="surface"
          color="gray"
          highContrast
          loading={toggle.isPending}
          onClick={() => toggle.mutate()}
        >
          {enabled ? WORDS.disable : WORDS.enable}
        </Button>
        <Confirm
          title={WORDS.removeWebhook}
          question={WORDS.removeWebhookAsk}
          action={WORDS.removeWebhook}
          onConfirm={() => remove.mutate()}
        >
          <Button size="1" variant="surface" color="gray" highContrast loading={remove.isPending}>
            {WORDS.removeWebhook}
          </Button>
        </Confirm>
      </Flex>
      {error !== null && <ErrorView error={error} />}
    </li>
  );
}
