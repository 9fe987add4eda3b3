import { AlertDialog, Button, Flex } from "@radix-ui/themes";
import type { ReactElement } from "react";

import { TEXTS } from "../texts.ts";

interface ConfirmProps {
  /** What opens the question. */
  children: ReactElement;
  title: string;
  question: string;
  action: string;
  onConfirm: () => void;
}

/** Asks before what cannot be taken back. */
export function Confirm({ children, title, question, action, onConfirm }: ConfirmProps) {
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger>{children}</AlertDialog.Trigger>
      <AlertDialog.Content maxWidth="28rem">
        <AlertDialog.Title>{title}</AlertDialog.Title>
        <AlertDialog.Description>{question}</AlertDialog.Description>
        <Flex gap="3" mt="4" justify="end">
          <AlertDialog.Cancel>
            <Button variant="soft" color="gray" highContrast>
              {TEXTS.cancel}
            </Button>
          </AlertDialog.Cancel>
          <AlertDialog.Action>
            <Button color="red" variant="surface" highContrast onClick={onConfirm}>
              {action}
            </Button>
          </AlertDialog.Action>
        </Flex>
      </AlertDialog.Content>
    </AlertDialog.Root>
  );
}
