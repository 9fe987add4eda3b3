import { Route, Switch } from "wouter";

import { Empty } from "../parts/empty.tsx";
import { useTitle } from "../parts/use-title.ts";
import { TEXTS } from "../texts.ts";
import { ThreadList } from "./thread-list.tsx";
import { ThreadView } from "./thread-view.tsx";

const { threads: WORDS } = TEXTS;

export function ThreadsPage() {
  useTitle(WORDS.title);
  return (
    <Switch>
      <Route path="/threads/:id">
        {({ id }) => (
          <div className="panes" data-chosen="true">
            <ThreadList chosen={id} />
            <ThreadView key={id} id={id} />
          </div>
        )}
      </Route>
      <Route>
        <div className="panes" data-chosen="false">
          <ThreadList chosen={null} />
          <section className="pane detail">
            <Empty title={WORDS.choose}>{WORDS.chooseHow}</Empty>
          </section>
        </div>
      </Route>
    </Switch>
  );
}
