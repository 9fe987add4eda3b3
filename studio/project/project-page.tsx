import "./project.css";
import { Heading, TabNav } from "@radix-ui/themes";
import { Link, Redirect, Route, Switch } from "wouter";

import { useTitle } from "../parts/use-title.ts";
import { TEXTS } from "../texts.ts";
import { ExportTab } from "./export-tab.tsx";
import { KeysTab } from "./keys-tab.tsx";
import { TokensTab } from "./tokens-tab.tsx";
import { UsageTab } from "./usage-tab.tsx";
import { WebhooksTab } from "./webhooks-tab.tsx";

const { project: WORDS } = TEXTS;

const TABS = [
  { path: "usage", name: WORDS.usage, tab: UsageTab },
  { path: "keys", name: WORDS.keys, tab: KeysTab },
  { path: "tokens", name: WORDS.tokens, tab: TokensTab },
  { path: "webhooks", name: WORDS.webhooks, tab: WebhooksTab },
  { path: "export", name: WORDS.exports, tab: ExportTab },
] as const;

export function ProjectPage() {
  useTitle(WORDS.title);
  return (
    <Switch>
      {TABS.map(({ path, tab: Tab }) => (
        <Route key={path} path={`/project/${path}`}>
          <Framed chosen={path}>
            <Tab />
          </Framed>
        </Route>
      ))}
      <Route>
        <Redirect to="/project/usage" replace />
      </Route>
    </Switch>
  );
}

function Framed({ chosen, children }: { chosen: string; children: React.ReactNode }) {
  return (
    <div className="page project-page">
      <Heading as="h1" size="5" mb="3">
        {WORDS.title}
      </Heading>
      <TabNav.Root aria-label={WORDS.tabs} mb="5">
        {TABS.map(({ path, name }) => (
          <TabNav.Link key={path} asChild active={path === chosen}>
            <Link href={`/project/${path}`}>{name}</Link>
          </TabNav.Link>
        ))}
      </TabNav.Root>
      {children}
    </div>
  );
}
