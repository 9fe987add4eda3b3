import { Badge, Button, CheckboxGroup, Code, Flex, Text, TextField } from "@radix-ui/themes";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { type Reply, call } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { When } from "../parts/when.tsx";
import { TEXTS } from "../texts.ts";
import { Secret } from "./secret.tsx";

const { project: WORDS } = TEXTS;

const LIST = "GET /api/sdk/keys";
const SCOPES = ["read", "write", "run", "admin"] as const;

type Key = Reply<typeof LIST>["keys"][number];

export function KeysTab() {
  const { data, error, refetch } = useQuery({
    queryKey: ["keys"],
    queryFn: async ({ signal }) => (await call(LIST, {}, { signal })).keys,
  });
  return (
    <Flex direction="column" gap="5">
      <NewKey />
      {error !== null && <ErrorView error={error} retry={() => void refetch()} />}
      {data === undefined ? (
        error === null && <Waiting />
      ) : (
        <ul className="plain-list" aria-label={WORDS.keysList}>
          {data.map((key) => (
            <KeyRow key={key.id} data={key} />
          ))}
        </ul>
      )}
    </Flex>
  );
}

function NewKey() {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>(["read", "write", "run"]);
  const create = useMutation({
    mutationFn: () =>
      call("POST /api/sdk/keys", {
        body: { name, scopes: SCOPES.filter((scope) => scopes.includes(scope)) },
      }),
    onSuccess: async () => {
      setName("");
      await queries.invalidateQueries({ queryKey: ["keys"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <form onSubmit={submit} className="narrow-form">
      <label>
        <Text size="2">{WORDS.keyName}</Text>
        <TextField.Root value={name} required onChange={(event) => setName(event.target.value)} />
      </label>
      <CheckboxGroup.Root
        highContrast
        value={scopes}
        onValueChange={setScopes}
        aria-label={WORDS.scopes}
      >
        <Flex gap="4" wrap="wrap">
          {SCOPES.map((scope) => (
            <CheckboxGroup.Item key={scope} value={scope}>
              {scope}
            </CheckboxGroup.Item>
          ))}
        </Flex>
      </CheckboxGroup.Root>
      {create.error !== null && <ErrorView error={create.error} />}
      <Button type="submit" className="at-start" loading={create.isPending}>
        {WORDS.createKey}
      </Button>
      {create.data !== undefined && <Secret value={create.data.secret} />}
    </form>
  );
}

function KeyRow({ data: key }: { data: Key }) {
  const queries = useQueryClient();
  const path = { key_id: key.id };
  const renew = () => queries.invalidateQueries({ queryKey: ["keys"] });
  const rotate = useMutation({
    mutationFn: () => call("POST /api/sdk/keys/{key_id}/rotate", { path, body: {} }),
    onSuccess: renew,
  });
  const revoke = useMutation({
    mutationFn: () => call("DELETE /api/sdk/keys/{key_id}", { path }),
    onSuccess: renew,
  });
  const error = rotate.error ?? revoke.error;
  const isOver = key.revoked_at !== null;
  return (
    <li>
      <Text weight="medium">{key.name}</Text>
      <Code size="1" color="gray" highContrast>
        …{key.hint}
      </Code>
      <Text size="1">{key.scopes.join(", ")}</Text>
      <Text size="1">
        {key.last_used_at === null ? (
          WORDS.neverUsed
        ) : (
          <>
            {WORDS.lastUsed} <When ms={Date.parse(key.last_used_at)} />
          </>
        )}
      </Text>
      {key.expires_at !== null && !isOver && (
        <Text size="1">
          {WORDS.expires} <When ms={Date.parse(key.expires_at)} />
        </Text>
      )}
      {isOver ? (
        <Badge color="gray" highContrast ml="auto">
          {WORDS.revoked}
        </Badge>
      ) : (
        <Flex gap="2" ml="auto">
          <Ask
            title={WORDS.rotate}
            question={WORDS.rotateAsk}
            isPending={rotate.isPending}
            act={() => rotate.mutate()}
          />
          <Ask
            title={WORDS.revoke}
            question={WORDS.revokeAsk}
            isPending={revoke.isPending}
            act={() => revoke.mutate()}
          />
        </Flex>
      )}
      {error !== null && <ErrorView error={error} />}
      {rotate.data !== undefined && <Secret value={rotate.data.secret} />}
    </li>
  );
}

interface AskProps {
  title: string;
  question: string;
  isPending: boolean;
  act: () => void;
}

function Ask({ title, question, isPending, act }: AskProps) {
  return (
    <Confirm title={title} question={question} action={title} onConfirm={act}>
      <Button size="1" variant="surface" color="gray" highContrast loading={isPending}>
        {title}
      </Button>
    </Confirm>
  );
}
