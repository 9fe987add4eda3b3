/** Mints a session token, and tries what its user can do with it. */
import { Button, Flex, Heading, Select, Text, TextField } from "@radix-ui/themes";
import { useMutation, useQuery } from "@tanstack/react-query";
import { nanoid } from "nanoid";
import { type FormEvent, Suspense, lazy, useState } from "react";

import { type Reply, call } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { TEXTS } from "../texts.ts";
import { useTools } from "../tools/use-tools.ts";
import { Secret } from "./secret.tsx";

const { project: WORDS } = TEXTS;

const MINT = "POST /api/sdk/tokens";
const DEFAULT_SECONDS = 3600;
const LISTED = 100;

const Conversation = lazy(async () => ({
  default: (await import("../chat/conversation.tsx")).Conversation,
}));

interface Minted extends Reply<typeof MINT> {
  user: string;
  toolId: string;
}

export function TokensTab() {
  const [tried, setTried] = useState<Minted | null>(null);
  return (
    <Flex direction="column" gap="5">
      <MintForm onMinted={setTried} />
      {tried !== null && (
        <>
          <Secret value={tried.token} note={WORDS.minted} />
          <details className="passage">
            <summary>{WORDS.claims}</summary>
            <JsonView label={WORDS.claims} value={tried.claims} />
          </details>
          <TryAs key={tried.token} minted={tried} />
        </>
      )}
    </Flex>
  );
}

function MintForm({ onMinted }: { onMinted: (minted: Minted) => void }) {
  const tools = useTools();
  const [user, setUser] = useState("user_42");
  const [chosen, setChosen] = useState<string | null>(null);
  const [seconds, setSeconds] = useState(DEFAULT_SECONDS);
  const toolId = chosen ?? tools.data?.at(-1)?.id ?? "";
  const mint = useMutation({
    mutationFn: async () => ({
      user,
      toolId,
      ...(await call(MINT, {
        body: { end_user_id: user, tools: toolId === "" ? [] : [toolId], expires_in: seconds },
      })),
    }),
    onSuccess: onMinted,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mint.mutate();
  };
  return (
    <form onSubmit={submit} className="narrow-form">
      <label>
        <Text size="2">{WORDS.endUser}</Text>
        <TextField.Root value={user} required onChange={(event) => setUser(event.target.value)} />
      </label>
      <Select.Root value={toolId} onValueChange={setChosen}>
        <Select.Trigger aria-label={WORDS.tool} placeholder={WORDS.tool} />
        <Select.Content>
          {tools.data?.map(({ id, name }) => (
            <Select.Item key={id} value={id}>
              {name}
            </Select.Item>
          ))}
        </Select.Content>
      </Select.Root>
      <label>
        <Text size="2">{WORDS.seconds}</Text>
        <TextField.Root
          type="number"
          min={1}
          value={seconds}
          onChange={(event) => setSeconds(event.target.valueAsNumber)}
        />
      </label>
      {mint.error !== null && <ErrorView error={mint.error} />}
      <Flex gap="3" align="center" wrap="wrap">
        <Button type="submit" loading={mint.isPending}>
          {WORDS.mint}
        </Button>
        <RevokeTokens user={user} />
      </Flex>
    </form>
  );
}

function RevokeTokens({ user }: { user: string }) {
  const revoke = useMutation({
    mutationFn: () => call("POST /api/sdk/tokens/revoke", { body: { end_user_id: user } }),
  });
  return (
    <>
      <Button
        type="button"
        variant="surface"
        color="gray"
        highContrast
        loading={revoke.isPending}
        onClick={() => revoke.mutate()}
      >
        {WORDS.revokeTokens}
      </Button>
      <Text size="2" role="status">
        {revoke.isSuccess ? WORDS.revokedTokens : ""}
      </Text>
      {revoke.error !== null && <ErrorView error={revoke.error} />}
    </>
  );
}

function TryAs({ minted: { token, user, toolId } }: { minted: Minted }) {
  const [chatId] = useState(() => `chat-${nanoid()}`);
  const { data, error } = useQuery({
    queryKey: ["threads", "as", token],
    queryFn: async ({ signal }) => {
      const query = { limit: LISTED };
      return (await call("GET /api/sdk/threads", { query }, { signal, bearer: token })).list;
    },
  });
  return (
    <section aria-label={WORDS.tryAs(user)} className="try-as">
      <div className="pane-head">
        <Flex gap="3" align="baseline" wrap="wrap">
          <Heading as="h2" size="3">
            {WORDS.tryAs(user)}
          </Heading>
          {data !== undefined && (
            <Text size="2">
              {WORDS.sees(data.length < LISTED ? String(data.length) : `${LISTED}+`)}
            </Text>
          )}
          <Text size="1" color="gray" highContrast>
            {WORDS.tryHow}
          </Text>
        </Flex>
        {error !== null && <ErrorView error={error} />}
      </div>
      <Suspense fallback={<Waiting />}>
        <Conversation toolId={toolId} chatId={chatId} bearer={token} />
      </Suspense>
    </section>
  );
}
