import { useEffect, useState } from "react";
import { type MathPlugin, Streamdown } from "streamdown";

import { asText } from "../api/json.ts";
import { CitationLink } from "../citations/citation-link.tsx";
import { linkedPassage } from "../citations/citations.ts";
import { SafeLink } from "./safe-link.tsx";

interface Element {
  href?: string | undefined;
  src?: string | Blob | undefined;
  alt?: string | undefined;
  children?: React.ReactNode;
}

/** A picture from elsewhere would tell its server who reads what: it is a link. */
const COMPONENTS = {
  a: ({ href = "", children }: Element) => {
    const cited = linkedPassage(href);
    return cited === null ? (
      <SafeLink href={href}>{children}</SafeLink>
    ) : (
      <CitationLink number={cited} />
    );
  },
  img: ({ src, alt }: Element) => (
    <SafeLink href={typeof src === "string" ? src : undefined}>{alt || asText(src)}</SafeLink>
  ),
};

export function RenderedMarkdown({ text, isStreaming }: { text: string; isStreaming: boolean }) {
  const math = useMath(text);
  return (
    <Streamdown
      // Block by block, also once the text is whole: `static` would draw all of it anew at its end.
      mode="streaming"
      parseIncompleteMarkdown={isStreaming}
      components={COMPONENTS}
      controls={false}
      {...(math === null ? {} : { plugins: { math } })}
    >
      {text}
    </Streamdown>
  );
}

/** What draws formulas, in a text that has some; null until it is there. */
function useMath(text: string): MathPlugin | null {
  const [plugin, setPlugin] = useState<MathPlugin | null>(null);
  const isNeeded = plugin === null && text.includes("$$");
  useEffect(() => {
    if (isNeeded) {
      void import("./math.ts").then(({ math }) => setPlugin(math));
    }
  }, [isNeeded]);
  return plugin;
}
