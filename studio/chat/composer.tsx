import { Button, Flex, Text, TextArea } from "@radix-ui/themes";
import { Send, Square } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useState } from "react";

import { TEXTS } from "../texts.ts";

const { chat: WORDS } = TEXTS;

interface ComposerProps {
  isBusy: boolean;
  isStopping: boolean;
  send: (text: string) => void;
  stop: () => void;
}

export function Composer({ isBusy, isStopping, send, stop }: ComposerProps) {
  const [text, setText] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== "" && !isBusy) {
      send(text);
      setText("");
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While a letter is being composed, Enter chooses it.
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      submit(event);
    }
  };
  return (
    <form className="composer" onSubmit={submit}>
      <Flex gap="3" align="end">
        <TextArea
          className="grow"
          size="3"
          aria-label={WORDS.message}
          placeholder={WORDS.placeholder}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {isBusy ? (
          <Button
            type="button"
            size="3"
            variant="surface"
            color="gray"
            highContrast
            loading={isStopping}
            onClick={stop}
          >
            <Square size={15} aria-hidden /> {WORDS.stop}
          </Button>
        ) : (
          <Button type="submit" size="3">
            <Send size={15} aria-hidden /> {WORDS.send}
          </Button>
        )}
      </Flex>
      <Text size="1" color="gray" highContrast className="keys">
        {WORDS.keys}
      </Text>
    </form>
  );
}
