import { IconButton } from "@radix-ui/themes";
import { Trash2 } from "lucide-react";

import { Confirm } from "./confirm.tsx";

interface RemoveButtonProps {
  words: { remove: string; removeAsk: string };
  removal: { isPending: boolean; mutate: () => void };
}

/** Takes what is shown away, once its user has said so twice. */
export function RemoveButton({ words, removal }: RemoveButtonProps) {
  return (
    <Confirm
      title={words.remove}
      question={words.removeAsk}
      action={words.remove}
      onConfirm={() => removal.mutate()}
    >
      <IconButton
        variant="ghost"
        color="gray"
        highContrast
        aria-label={words.remove}
        loading={removal.isPending}
      >
        <Trash2 size={16} aria-hidden />
      </IconButton>
    </Confirm>
  );
}
