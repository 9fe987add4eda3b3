import { ListPage } from "../parts/list-page.tsx";
import { TEXTS } from "../texts.ts";
import { ThreadList } from "./thread-list.tsx";
import { ThreadView } from "./thread-view.tsx";

const { threads: WORDS } = TEXTS;

export function ThreadsPage() {
  return (
    <ListPage
      words={WORDS}
      path="/threads/:id"
      list={({ id = null }) => <ThreadList chosen={id} />}
      view={({ id = "" }) => <ThreadView key={id} id={id} />}
    />
  );
}
