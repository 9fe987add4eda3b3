/** The studio's pages, in the order of the navigation. */
import { Activity, MessagesSquare, Sparkles, Wrench } from "lucide-react";
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
    path: "/chat",
    name: TEXTS.nav.chat,
    icon: Sparkles,
    page: lazy(async () => ({ default: (await import("../chat/chat-page.tsx")).ChatPage })),
  },
  {
    path: "/threads",
    name: TEXTS.nav.threads,
    icon: MessagesSquare,
    page: lazy(async () => ({
      default: (await import("../threads/threads-page.tsx")).ThreadsPage,
    })),
  },
  {
    path: "/runs",
    name: TEXTS.nav.runs,
    icon: Activity,
    page: lazy(async () => ({ default: (await import("../runs/runs-page.tsx")).RunsPage })),
  },
  {
    path: "/tools",
    name: TEXTS.nav.tools,
    icon: Wrench,
    page: lazy(async () => ({ default: (await import("../tools/tools-page.tsx")).ToolsPage })),
  },
];
