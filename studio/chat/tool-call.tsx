import { Button, Flex, Text, TextArea } from "@radix-ui/themes";
import type { UIMessage } from "ai";
import { type FormEvent, useId, useState } from "react";

import { asText } from "../api/json.ts";
import { JsonView } from "../parts/json-view.tsx";
import { TEXTS } from "../texts.ts";

const { chat: WORDS } = TEXTS;

type Part = UIMessage["parts"][number];

/** Hands in what a function of the client gives. */
export type AnswerCall = (output: { tool: string; toolCallId: string; output: unknown }) => unknown;

/** A call of a function, and what it gave; one that waits for its client is answered by hand. */
export function ToolCall({ part, answerCall }: { part: Part; answerCall: AnswerCall }) {
  const name = part.type.slice("tool-".length);
  const input: unknown = "input" in part ? part.input : undefined;
  const output: unknown = "output" in part ? part.output : undefined;
  const error = "errorText" in part ? asText(part.errorText) : "";
  const isWaiting = "state" in part && part.state === "input-available";
  return (
    <details className="passage" open={isWaiting}>
      <summary>{WORDS.called(name)}</summary>
      <JsonView label={WORDS.called(name)} value={input ?? {}} />
      {output !== undefined && <JsonView label={TEXTS.runs.output} value={output} />}
      {error !== "" && (
        <Text size="2" color="red" highContrast className="wrap">
          {error}
        </Text>
      )}
      {isWaiting && "toolCallId" in part && (
        <AnswerForm
          name={name}
          answer={(text) =>
            void answerCall({ tool: name, toolCallId: part.toolCallId, output: text })
          }
        />
      )}
    </details>
  );
}

function AnswerForm({ name, answer }: { name: string; answer: (text: string) => void }) {
  const id = useId();
  const [text, setText] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    answer(text);
  };
  return (
    <form onSubmit={submit}>
      <Flex direction="column" gap="2" my="2">
        <Text as="label" size="1" htmlFor={id}>
          {TEXTS.runs.outputOf(name)}
        </Text>
        <TextArea id={id} value={text} onChange={(event) => setText(event.target.value)} />
        <Button type="submit" size="1" className="at-start">
          {TEXTS.runs.submit}
        </Button>
      </Flex>
    </form>
  );
}
