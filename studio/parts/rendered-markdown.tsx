import { Streamdown } from "streamdown";

import { asText } from "../api/json.ts";
import { SafeLink } from "./safe-link.tsx";

interface Element {
  href?: string | undefined;
  src?: string | Blob | undefined;
  alt?: string | undefined;
  children?: React.ReactNode;
}

/** A picture from elsewhere would tell its server who reads what: it is a link. */
const COMPONENTS = {
  a: ({ href, children }: Element) => <SafeLink href={href}>{children}</SafeLink>,
  img: ({ src, alt }: Element) => (
    <SafeLink href={typeof src === "string" ? src : undefined}>{alt || asText(src)}</SafeLink>
  ),
};

export function RenderedMarkdown({ text, isStreaming }: { text: string; isStreaming: boolean }) {
  return (
    <Streamdown
      mode={isStreaming ? "streaming" : "static"}
      parseIncompleteMarkdown={isStreaming}
      components={COMPONENTS}
      controls={false}
    >
      {text}
    </Streamdown>
  );
}
