/** The studio's pages, in the order of the navigation. */
import { MessagesSquare } from "lucide-react";
import { type ComponentType, lazy } from "react";

import { TEXTS } from "../texts.ts";

interface PageEntry {
  /** First step of the path; what follows is the page's own. */
  path: string;
  name: string;
  icon: typeof MessagesSquare;
  page: ComponentType;
}

export const PAGES: readonly PageEntry[] = [
  {
    path: "/threads",
    name: TEXTS.nav.threads,
    icon: MessagesSquare,
    page: lazy(async () => ({
      default: (await import("../threads/threads-page.tsx")).ThreadsPage,
    })),
  },
];
