/** The studio's pages, in the order of the navigation. */
import { Activity, BookOpen, Files, Gauge, MessagesSquare, Sparkles, Wrench } from "lucide-react";
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
  {
    path: "/knowledge",
    name: TEXTS.nav.knowledge,
    icon: BookOpen,
    page: lazy(async () => ({
      default: (await import("../knowledge/knowledge-page.tsx")).KnowledgePage,
    })),
  },
  {
    path: "/files",
    name: TEXTS.nav.files,
    icon: Files,
    page: lazy(async () => ({ default: (await import("../files/files-page.tsx")).FilesPage })),
  },
  {
    path: "/project",
    name: TEXTS.nav.project,
    icon: Gauge,
    page: lazy(async () => ({
      default: (await import("../project/project-page.tsx")).ProjectPage,
    })),
  },
];
