import { Route, Switch } from "wouter";

import { Empty } from "../parts/empty.tsx";
import { Panes } from "../parts/panes.tsx";
import { TEXTS } from "../texts.ts";
import { ThreadList } from "./thread-list.tsx";
import { ThreadView } from "./thread-view.tsx";

const { threads: WORDS } = TEXTS;

export function ThreadsPage() {
  return (
    <Switch>
      <Route path="/threads/:id">
        {({ id }) => (
          <Panes title={WORDS.title} isChosen list={<ThreadList chosen={id} />}>
            <ThreadView key={id} id={id} />
          </Panes>
        )}
      </Route>
      <Route>
        <Panes title={WORDS.title} isChosen={false} list={<ThreadList chosen={null} />}>
          <section className="pane detail">
            <Empty title={WORDS.choose}>{WORDS.chooseHow}</Empty>
          </section>
        </Panes>
      </Route>
    </Switch>
  );
}
