import { IconButton } from "@radix-ui/themes";
import { Check, Copy } from "lucide-react";
import { useState } from "react";

import { TEXTS } from "../texts.ts";
import { copyText } from "./copy-text.ts";

const SHOWN_MS = 1500;

export function CopyButton({ text, label = TEXTS.copy }: { text: string; label?: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <IconButton
      size="1"
      variant="ghost"
      color="gray"
      highContrast
      aria-label={isCopied ? TEXTS.copied : label}
      onClick={() => void copy()}
    >
      {isCopied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </IconButton>
  );
}
