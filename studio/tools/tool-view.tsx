import { Badge, Flex, Heading, TabNav } from "@radix-ui/themes";
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import { Link } from "wouter";

import { type Reply, call } from "../api/call.ts";
import { ErrorView } from "../frame/error-view.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { useProject } from "../session/project.ts";
import { TEXTS } from "../texts.ts";
import { DefinitionTab } from "./definition-tab.tsx";
import { SettingsTab } from "./settings-tab.tsx";
import { VersionsTab } from "./versions-tab.tsx";

const { tools: WORDS } = TEXTS;

const ONE = "GET /api/sdk/p/{project_id}/a/{tool_id}";
const TABS = {
  definition: DefinitionTab,
  versions: VersionsTab,
  settings: SettingsTab,
} as const;

const TAB_NAMES = {
  definition: WORDS.definition,
  versions: WORDS.versionsTab,
  settings: WORDS.settings,
};

export type Tool = Reply<typeof ONE>["tool"];

export function ToolView({ id, tab }: { id: string; tab: string }) {
  const { project } = useProject();
  const { data, error, refetch } = useQuery({
    queryKey: ["tools", id],
    queryFn: async ({ signal }) => {
      const path = { project_id: project.id, tool_id: id };
      return (await call(ONE, { path }, { signal })).tool;
    },
  });
  const chosen = tab === "versions" || tab === "settings" ? tab : "definition";
  const Tab = TABS[chosen];
  return (
    <section className="pane detail" aria-label={WORDS.one(data?.name ?? id)}>
      <div className="pane-head with-tabs">
        <Flex align="center" gap="3" wrap="wrap">
          <Link className="only-narrow" href="/tools">
            <ArrowLeft size={18} aria-label={WORDS.back} />
          </Link>
          <Heading as="h2" size="4" truncate>
            {data?.name ?? id}
          </Heading>
          <CopyButton text={id} label={WORDS.copyId} />
          {data !== undefined && (
            <>
              <Badge color="green" highContrast>
                {WORDS.live(data.live_version)}
              </Badge>
              <Badge color="gray" highContrast>
                {WORDS.latest(data.latest_version)}
              </Badge>
              <Flex gap="3" ml="auto" className="facts">
                <Link href={`/chat/${id}`}>{WORDS.chat}</Link>
                <Link href={`/runs/${id}`}>{TEXTS.nav.runs}</Link>
              </Flex>
            </>
          )}
        </Flex>
        <TabNav.Root aria-label={WORDS.tabs}>
          {(["definition", "versions", "settings"] as const).map((one) => (
            <TabNav.Link key={one} asChild active={one === chosen}>
              <Link href={`/tools/${id}/${one}`}>{TAB_NAMES[one]}</Link>
            </TabNav.Link>
          ))}
        </TabNav.Root>
      </div>
      <div className="scroll">
        <div className="column wide-column">
          {error !== null && <ErrorView error={error} retry={() => void refetch()} />}
          {data === undefined ? error === null && <Waiting /> : <Tab tool={data} />}
        </div>
      </div>
    </section>
  );
}
