import { Redirect, Route, Switch } from "wouter";

import { Empty } from "../parts/empty.tsx";
import { Panes } from "../parts/panes.tsx";
import { Waiting } from "../parts/waiting.tsx";
import { TEXTS } from "../texts.ts";
import { useTools } from "../tools/use-tools.ts";
import { RunList } from "./run-list.tsx";
import { RunView } from "./run-view.tsx";

const { runs: WORDS } = TEXTS;

export function RunsPage() {
  return (
    <Switch>
      <Route path="/runs/:toolId/:runId">
        {({ toolId, runId }) => (
          <Panes title={WORDS.title} isChosen list={<RunList toolId={toolId} chosen={runId} />}>
            <RunView key={runId} toolId={toolId} runId={runId} />
          </Panes>
        )}
      </Route>
      <Route path="/runs/:toolId">
        {({ toolId }) => (
          <Panes
            title={WORDS.title}
            isChosen={false}
            list={<RunList toolId={toolId} chosen={null} />}
          >
            <section className="pane detail">
              <Empty title={WORDS.choose}>{WORDS.chooseHow}</Empty>
            </section>
          </Panes>
        )}
      </Route>
      <Route>
        <FirstTool />
      </Route>
    </Switch>
  );
}

/** Runs are listed by tool: the newest one's first. */
function FirstTool() {
  const tools = useTools();
  if (tools.error !== null) {
    throw tools.error;
  }
  const first = tools.data?.[0];
  if (first !== undefined) {
    return <Redirect to={`/runs/${first.id}`} replace />;
  }
  return tools.isPending ? <Waiting /> : <Empty title={WORDS.noTools}>{WORDS.noToolsHow}</Empty>;
}
