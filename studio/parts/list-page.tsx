import type { ReactNode } from "react";
import { Route, Switch } from "wouter";

import { Empty } from "./empty.tsx";
import { Panes } from "./panes.tsx";

/** What a path's parameters said, by name. */
export type Params = Record<string, string | undefined>;

interface ListPageProps {
  words: { title: string; choose: string; chooseHow: string };
  /** Of what is chosen, with its parameters. */
  path: string;
  /** @param params None where nothing is chosen. */
  list: (params: Params) => ReactNode;
  view: (params: Params) => ReactNode;
  /** Routes that go before what is chosen. */
  children?: ReactNode;
}

/** A list, and beside it what is chosen of it, as the address says. */
export function ListPage({ words, path, list, view, children }: ListPageProps) {
  return (
    <Switch>
      {children}
      <Route path={path}>
        {(params: Params) => (
          <Panes title={words.title} isChosen list={list(params)}>
            {view(params)}
          </Panes>
        )}
      </Route>
      <Route>
        <Panes title={words.title} isChosen={false} list={list({})}>
          <section className="pane detail">
            <Empty title={words.choose}>{words.chooseHow}</Empty>
          </section>
        </Panes>
      </Route>
    </Switch>
  );
}
