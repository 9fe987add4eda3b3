import type { RunPlan } from "../../../src/engine/contract";
import type { RunPorts } from "../../../src/engine/ports";
/**
 * Bobbin with one thing more: a run whose input is `{kill: STAGE}` takes its whole process down at that
 * stage, by asking V8 for more than it can hold, as an input nobody thought of would.
 */
import { ThreadCoordinator as Coordinator } from "../../../src/index";
import type { Dependencies } from "../../../src/runs/object/dependencies";

export { KnowledgeIndexer, default } from "../../../src/index";

/** More elements than one array of V8 can have, which it treats as an exhausted heap: it aborts at once. */
const TOO_MANY_ELEMENTS = 2 ** 28;

function killProcess(): never {
  throw new Error(`V8 made ${"x".repeat(TOO_MANY_ELEMENTS).split("").length} elements`);
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
            ? killProcess()
            : given.records.end(ending),
      },
    };
  }
}

function killing({ inputs }: RunPlan, ports: RunPorts): RunPorts {
  const stage = inputs[0]?.["kill"];
  const dieAt = (here: string): void => {
    if (stage === here) {
      killProcess();
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
