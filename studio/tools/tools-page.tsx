import "./tools.css";
import { Route } from "wouter";

import { ListPage } from "../parts/list-page.tsx";
import { Panes } from "../parts/panes.tsx";
import { TEXTS } from "../texts.ts";
import { NewTool } from "./new-tool.tsx";
import { ToolList } from "./tool-list.tsx";
import { ToolView } from "./tool-view.tsx";

const { tools: WORDS } = TEXTS;

export function ToolsPage() {
  return (
    <ListPage
      words={WORDS}
      path="/tools/:id/:tab?"
      list={({ id = null }) => <ToolList chosen={id} />}
      view={({ id = "", tab = "definition" }) => <ToolView key={id} id={id} tab={tab} />}
    >
      <Route path="/tools/new">
        <Panes title={WORDS.title} isChosen list={<ToolList chosen={null} />}>
          <NewTool />
        </Panes>
      </Route>
    </ListPage>
  );
}
