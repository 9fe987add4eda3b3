import { Button, Card, Code, Flex, Heading, Text, TextArea } from "@radix-ui/themes";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId } from "react";

import { call } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { TEXTS } from "../texts.ts";
import { type Run, type RunName, useRunPath } from "./use-runs.ts";

const { runs: WORDS } = TEXTS;

type Calls = NonNullable<Run["required_action"]>["calls"];

/** Answers by hand what a client's functions would. */
export function SubmitForm({ name, calls }: { name: RunName; calls: Calls }) {
  const id = useId();
  const queries = useQueryClient();
  const path = useRunPath(name);
  const submit = useMutation({
    mutationFn: (outputs: { call_id: string; output: string }[]) =>
      call("POST /api/sdk/p/{project_id}/a/{tool_id}/r/{run_id}/submit", {
        path,
        body: { outputs },
      }),
    onSuccess: ({ run }) => queries.setQueryData(["run", name.runId], run),
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    submit.mutate(
      calls.map(({ call_id: callId }) => {
        const output = given.get(callId);
        return { call_id: callId, output: typeof output === "string" ? output : "" };
      }),
    );
  };
  return (
    <Card asChild>
      <form onSubmit={onSubmit}>
        <Flex direction="column" gap="3">
          <Heading as="h3" size="3">
            {WORDS.outputs}
          </Heading>
          {calls.map((one) => (
            <Flex key={one.call_id} direction="column" gap="1">
              <Code size="2">
                {one.name}({one.arguments})
              </Code>
              <Text as="label" size="1" htmlFor={`${id}-${one.call_id}`}>
                {WORDS.outputOf(one.name)}
              </Text>
              <TextArea id={`${id}-${one.call_id}`} name={one.call_id} required />
            </Flex>
          ))}
          {submit.error !== null && <ErrorView error={submit.error} />}
          <Button type="submit" loading={submit.isPending} className="at-start">
            {WORDS.submit}
          </Button>
        </Flex>
      </form>
    </Card>
  );
}
