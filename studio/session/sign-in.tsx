import { Button, Card, Code, Flex, Heading, Text, TextField } from "@radix-ui/themes";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";

import { ApiError } from "../api/api-error.ts";
import { call } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { TEXTS } from "../texts.ts";
import { signIn, useKey } from "./session.ts";

const { signIn: WORDS } = TEXTS;

/** Headers are ASCII; anything else would fail in the browser, in its words. */
const KEY_FORM = /^sk-[\x21-\x7e]+$/;

/** Whether the key at hand opens a project; null while that is not known. */
export function useSignedIn(): { isIn: boolean | null; error: unknown; retry: () => void } {
  const key = useKey();
  const asked = useQuery({
    queryKey: ["project"],
    queryFn: ({ signal }) => call("GET /api/sdk/project", {}, { signal }),
    enabled: key !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const retry = () => void asked.refetch();
  if (key === null) {
    return { isIn: false, error: null, retry };
  }
  return { isIn: asked.isPending ? null : asked.isSuccess, error: asked.error, retry };
}

export function SignIn({ error, retry }: { error: unknown; retry: () => void }) {
  const field = useId();
  const [key, setKey] = useState("");
  const [wrong, setWrong] = useState<string | null>(null);
  const refused = error instanceof ApiError && error.status === 401 ? WORDS.refused : null;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = key.trim();
    if (!KEY_FORM.test(given)) {
      setWrong(given === "" ? WORDS.empty : WORDS.unfit);
      return;
    }
    setWrong(null);
    signIn(given);
  };

  const said = wrong ?? refused;
  return (
    <main className="sign-in">
      <Card size="4">
        <form onSubmit={submit} noValidate>
          <Flex direction="column" gap="4">
            <Flex align="center" gap="3">
              <img src="/studio/mark.svg" width="36" height="36" alt="" />
              <Heading as="h1" size="6">
                {WORDS.title}
              </Heading>
            </Flex>
            <Text as="p" color="gray" highContrast>
              {WORDS.lead}
            </Text>
            <Flex direction="column" gap="2">
              <Text as="label" size="2" weight="medium" htmlFor={field}>
                {WORDS.key}
              </Text>
              <TextField.Root
                id={field}
                size="3"
                type="password"
                autoComplete="off"
                autoFocus
                spellCheck={false}
                placeholder={WORDS.placeholder}
                value={key}
                aria-invalid={said !== null}
                aria-describedby={`${field}-said`}
                onChange={(event) => setKey(event.target.value)}
              />
              <Text id={`${field}-said`} size="2" color="red" highContrast role="status">
                {said}
              </Text>
            </Flex>
            {error !== null && refused === null && <ErrorView error={error} retry={retry} />}
            <Button size="3" type="submit">
              {WORDS.submit}
            </Button>
            <Text as="p" size="2" color="gray" highContrast>
              {WORDS.keep}
            </Text>
            <Code size="2" variant="ghost" color="gray" highContrast className="wrap">
              {WORDS.where}
            </Code>
          </Flex>
        </form>
      </Card>
    </main>
  );
}
