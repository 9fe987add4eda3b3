import type { ReactNode } from "react";

import { useTitle } from "./use-title.ts";

interface PanesProps {
  title: string;
  list: ReactNode;
  /** What was chosen of the list; on a phone it stands in the list's place. */
  children: ReactNode;
  isChosen: boolean;
}

/** Two panes, and the heading of both, which on a phone stands in neither. */
export function Panes({ title, list, children, isChosen }: PanesProps) {
  useTitle(title);
  return (
    <div className="panes" data-chosen={isChosen}>
      <h1 className="hidden-text">{title}</h1>
      {list}
      {children}
    </div>
  );
}
