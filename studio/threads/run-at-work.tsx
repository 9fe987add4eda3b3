import { Flex, Spinner, Text } from "@radix-ui/themes";

import { Markdown } from "../parts/markdown.tsx";
import { TEXTS } from "../texts.ts";
import type { LiveRun } from "./live-runs.ts";

/** An answer that is being written. */
export function RunAtWork({ run }: { run: LiveRun }) {
  const text = run.texts.map((told) => told.text).join("\n\n");
  if (run.status !== "running" && run.status !== "requires_action" && run.error === null) {
    return null;
  }
  return (
    <li className="message assistant">
      <Flex className="who" gap="2" align="center">
        <Text weight="medium">{TEXTS.roles.assistant}</Text>
        {run.error === null ? (
          <Flex gap="2" align="center" role="status">
            <Spinner size="1" />
            {run.status === "requires_action"
              ? TEXTS.threads.needsAction
              : (run.action ?? TEXTS.threads.answering)}
          </Flex>
        ) : (
          <Text color="red" highContrast role="alert">
            {run.error}
          </Text>
        )}
      </Flex>
      {text !== "" && (
        <div className="body">
          <Markdown text={text} isStreaming />
        </div>
      )}
    </li>
  );
}
