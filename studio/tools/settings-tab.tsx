/** A tool's name, what it is for, which version callers get, and its end. */
import { Button, Flex, Select, Text, TextField } from "@radix-ui/themes";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useLocation } from "wouter";

import { call } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { useProject } from "../session/project.ts";
import { TEXTS } from "../texts.ts";
import type { Tool } from "./tool-view.tsx";

const { tools: WORDS } = TEXTS;

export function SettingsTab({ tool }: { tool: Tool }) {
  const { project } = useProject();
  const queries = useQueryClient();
  const [name, setName] = useState(tool.name);
  const [description, setDescription] = useState(tool.description ?? "");
  const [version, setVersion] = useState(tool.default_version);
  const path = { project_id: project.id, tool_id: tool.id };
  const save = useMutation({
    mutationFn: () =>
      call("POST /api/sdk/p/{project_id}/a/{tool_id}", {
        path,
        body: {
          name,
          description: description === "" ? null : description,
          default_version: version,
        },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tools"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className="narrow-form">
      <label>
        <Text size="2">{WORDS.name}</Text>
        <TextField.Root value={name} onChange={(event) => setName(event.target.value)} required />
      </label>
      <label>
        <Text size="2">{WORDS.description}</Text>
        <TextField.Root
          value={description}
          onChange={(event) => setDescription(event.target.value)}
        />
      </label>
      <Flex direction="column" gap="1">
        <Text size="2">{WORDS.defaultVersion}</Text>
        <Select.Root
          value={version}
          onValueChange={(chosen) => setVersion(chosen === "live" ? "live" : "latest")}
        >
          <Select.Trigger aria-label={WORDS.defaultVersion} />
          <Select.Content>
            <Select.Item value="live">{WORDS.defaultLive}</Select.Item>
            <Select.Item value="latest">{WORDS.defaultLatest}</Select.Item>
          </Select.Content>
        </Select.Root>
      </Flex>
      {save.error !== null && <ErrorView error={save.error} />}
      <Flex gap="3" align="center">
        <Button type="submit" loading={save.isPending}>
          {WORDS.save}
        </Button>
        <Text size="2" role="status">
          {save.isSuccess ? WORDS.saved : ""}
        </Text>
        <RemoveButton tool={tool} />
      </Flex>
    </form>
  );
}

function RemoveButton({ tool }: { tool: Tool }) {
  const { project } = useProject();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const remove = useMutation({
    mutationFn: () =>
      call("DELETE /api/sdk/p/{project_id}/a/{tool_id}", {
        path: { project_id: project.id, tool_id: tool.id },
      }),
    onSuccess: async () => {
      go("/tools");
      await queries.invalidateQueries({ queryKey: ["tools"] });
    },
  });
  return (
    <>
      {remove.error !== null && <ErrorView error={remove.error} />}
      <Confirm
        title={WORDS.remove}
        question={WORDS.removeAsk}
        action={WORDS.remove}
        onConfirm={() => remove.mutate()}
      >
        <Button
          type="button"
          ml="auto"
          variant="surface"
          color="red"
          highContrast
          loading={remove.isPending}
        >
          {WORDS.remove}
        </Button>
      </Confirm>
    </>
  );
}
