import "./tools.css";
import { Route, Switch } from "wouter";

import { Empty } from "../parts/empty.tsx";
import { Panes } from "../parts/panes.tsx";
import { TEXTS } from "../texts.ts";
import { NewTool } from "./new-tool.tsx";
import { ToolList } from "./tool-list.tsx";
import { ToolView } from "./tool-view.tsx";

const { tools: WORDS } = TEXTS;

export function ToolsPage() {
  return (
    <Switch>
      <Route path="/tools/new">
        <Panes title={WORDS.title} isChosen list={<ToolList chosen={null} />}>
          <NewTool />
        </Panes>
      </Route>
      <Route path="/tools/:id/:tab?">
        {({ id, tab }) => (
          <Panes title={WORDS.title} isChosen list={<ToolList chosen={id} />}>
            <ToolView key={id} id={id} tab={tab ?? "definition"} />
          </Panes>
        )}
      </Route>
      <Route>
        <Panes title={WORDS.title} isChosen={false} list={<ToolList chosen={null} />}>
          <section className="pane detail">
            <Empty title={WORDS.choose}>{WORDS.chooseHow}</Empty>
          </section>
        </Panes>
      </Route>
    </Switch>
  );
}
