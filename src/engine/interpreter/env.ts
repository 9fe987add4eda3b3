/** What a project's own JavaScript is called with. */
import type { CodeEnv } from "../actions/action";
import type { ThreadView } from "../ports";
import type { RunLife } from "./life";
import type { CellSite } from "./site";

export async function envOf({ life, frame }: CellSite): Promise<CodeEnv> {
  const { inputs } = life.plan;
  const thread = await readThread(life, threadIdOf(life, frame.row));
  return {
    state: frame.state,
    input: { value: inputs[frame.row] ?? {}, index: frame.row },
    map: frame.repeat,
    config: { blocks: life.config },
    thread: thread === null ? null : { id: thread.id, metadata: thread.metadata ?? {} },
  };
}

export function threadIdOf({ plan }: RunLife, row: number): string | null {
  return plan.threadIds?.[row] ?? null;
}

/** Once a run: actions of one run see one state of the thread. */
async function readThread(life: RunLife, threadId: string | null): Promise<ThreadView | null> {
  if (threadId === null) {
    return null;
  }
  const known = life.threads.get(threadId);
  if (known !== undefined) {
    return known;
  }
  const reading = life.ports.threads.read(threadId);
  life.threads.set(threadId, reading);
  return reading;
}
