/** Two texts side by side in one column: what went is struck, what came is marked, what stayed is folded. */
import { unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useRef } from "react";

import { BASICS } from "./code-editor.tsx";

/** Lines around a change that stay in sight. */
const MARGIN = 3;
const MIN_FOLDED = 6;

interface DiffViewProps {
  label: string;
  before: string;
  after: string;
}

export function DiffView({ label, before, after }: DiffViewProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) {
      return undefined;
    }
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: after,
        extensions: [
          BASICS,
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          unifiedMergeView({
            original: before,
            mergeControls: false,
            collapseUnchanged: { margin: MARGIN, minSize: MIN_FOLDED },
          }),
        ],
      }),
    });
    return () => made.destroy();
  }, [label, before, after]);
  return <div className="code-editor" ref={host} />;
}
