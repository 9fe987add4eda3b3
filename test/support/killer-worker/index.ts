import type { RunPlan } from "../../../src/engine/contract";
import type { RunPorts } from "../../../src/engine/ports";
/**
 * Bobbin with one thing more: a run whose input is `{kill: STAGE}` takes its whole process down at that
 * stage, by exhausting V8's heap in the middle of the work, as an input nobody thought of would.
 */
import { ThreadCoordinator as Coordinator } from "../../../src/index";
import type { Dependencies } from "../../../src/runs/object/context";

export { default } from "../../../src/index";

/** Allocates until the runtime aborts; it never returns. */
function exhaustHeap(): never {
  const hoard: number[][] = [];
  for (;;) {
    hoard.push(Array.from<number>({ length: 4_000_000 }).fill(hoard.length + 0.5));
  }
}

export class ThreadCoordinator extends Coordinator {
  protected override dependencies(): Dependencies {
    const given = super.dependencies();
    return {
      ...given,
      execute: (plan, ports, signal) => given.execute(plan, killing(plan, ports), signal),
      records: {
        ...given.records,
        end: (ending) =>
          JSON.stringify(ending.results).includes("kill at recording")
            ? exhaustHeap()
            : given.records.end(ending),
      },
    };
  }
}

function killing({ inputs }: RunPlan, ports: RunPorts): RunPorts {
  const stage = inputs[0]?.["kill"];
  const dieAt = (here: string): void => {
    if (stage === here) {
      exhaustHeap();
    }
  };
  let pieces = 0;
  return {
    ...ports,
    steps: {
      ...ports.steps,
      start(key) {
        const attempt = ports.steps.start(key);
        // In the same turn as the work that begins with it: nothing else gets to be written.
        dieAt(key.startsWith("FILE") ? "template" : key.startsWith("CODE") ? "code" : "");
        return attempt;
      },
    },
    files: {
      ...ports.files,
      async readDerived(...derived) {
        const text = await ports.files.readDerived(...derived);
        dieAt("document");
        return text;
      },
    },
    emit(event, dedupeKey) {
      ports.emit(event, dedupeKey);
      pieces += event.type === "text-delta" ? 1 : 0;
      if (pieces > 2) {
        dieAt("answer");
      }
    },
  };
}
