import { Button, Dialog, Flex, IconButton } from "@radix-ui/themes";
import { X } from "lucide-react";
import { use } from "react";

import { TEXTS } from "../texts.ts";
import { CitedPassages } from "./passage-context.ts";
import { PassageView } from "./passage-view.tsx";

const { citations: WORDS } = TEXTS;

/** Opens the passage of that number; while none is known of it, the number alone. */
export function CitationLink({ number }: { number: number }) {
  const passage = use(CitedPassages)[number - 1];
  if (passage === undefined) {
    return <sup>[{number}]</sup>;
  }
  return (
    <Dialog.Root>
      <Dialog.Trigger>
        <Button
          className="citation"
          size="1"
          variant="soft"
          aria-label={WORDS.open(number, passage.title)}
        >
          {number}
        </Button>
      </Dialog.Trigger>
      <Dialog.Content maxWidth="44rem" aria-describedby={undefined}>
        <Flex justify="between" gap="3">
          <Dialog.Title size="4">{passage.title}</Dialog.Title>
          <Dialog.Close>
            <IconButton variant="ghost" color="gray" highContrast aria-label={WORDS.close}>
              <X size={18} aria-hidden />
            </IconButton>
          </Dialog.Close>
        </Flex>
        <PassageView passage={passage} />
      </Dialog.Content>
    </Dialog.Root>
  );
}
