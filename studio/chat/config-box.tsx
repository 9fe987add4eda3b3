import { Text, TextArea } from "@radix-ui/themes";
import { useState } from "react";

import { isObject, parseJson } from "../api/json.ts";
import { TEXTS } from "../texts.ts";
import type { TurnOptions } from "./conversation.tsx";

const { chat: WORDS } = TEXTS;

interface ConfigBoxProps {
  options: TurnOptions;
  setOptions: (options: TurnOptions) => void;
}

/** Settings of the tool's actions for the turns to come, as JSON. */
export function ConfigBox({ options, setOptions }: ConfigBoxProps) {
  const [text, setText] = useState("");
  const parsed = readConfig(text);
  const change = (now: string) => {
    setText(now);
    const { config: _, ...rest } = options;
    const config = readConfig(now);
    setOptions(config === undefined || config === null ? rest : { ...rest, config });
  };
  return (
    <details className="config-box">
      <summary>{WORDS.config}</summary>
      <TextArea
        aria-label={WORDS.config}
        placeholder={WORDS.configExample}
        value={text}
        onChange={(event) => change(event.target.value)}
      />
      <Text size="1" color={parsed === null ? "red" : "gray"} highContrast role="status">
        {parsed === null ? WORDS.configWrong : WORDS.configHow}
      </Text>
    </details>
  );
}

/** Undefined where nothing is written, null where it is no config. */
function readConfig(text: string): TurnOptions["config"] | null {
  if (text.trim() === "") {
    return undefined;
  }
  const parsed = parseJson(text);
  return isObject(parsed) && hasObjects(parsed) ? parsed : null;
}

function hasObjects(
  value: Record<string, unknown>,
): value is Record<string, Record<string, unknown>> {
  return Object.values(value).every(isObject);
}
