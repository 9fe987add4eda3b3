import { useEffect } from "react";

import { TEXTS } from "../texts.ts";

/** Names the page in the browser's tab, and to screen readers. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${TEXTS.name}`;
  }, [title]);
}
