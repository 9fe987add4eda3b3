/** Markdown that may still be growing. Its reader is large and loaded when first needed. */
import { Suspense, lazy } from "react";

const Rendered = lazy(async () => ({
  default: (await import("./rendered-markdown.tsx")).RenderedMarkdown,
}));

export function Markdown({ text, isStreaming = false }: { text: string; isStreaming?: boolean }) {
  return (
    <div className="markdown">
      <Suspense fallback={<p className="wrap">{text}</p>}>
        <Rendered text={text} isStreaming={isStreaming} />
      </Suspense>
    </div>
  );
}
