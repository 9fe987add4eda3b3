import type { RunPorts } from "../../../src/engine/ports";

/** What a port throws when its object dies; to the run it looks like the end. */
export class ObjectDied extends Error {
  override readonly name = "ObjectDied";
}

/**
 * Ports of an object that dies at its `deathAt`th write (from 0), just before the write is kept or
 * just after. What still runs in the dead object can change nothing.
 */
export function mortalPorts(ports: RunPorts, deathAt: number, when: "before" | "after"): RunPorts {
  let writes = 0;
  const write = <T>(keep: () => T): T => {
    const isLast = writes === deathAt;
    if (writes > deathAt || (isLast && when === "before")) {
      writes += 1;
      throw new ObjectDied();
    }
    writes += 1;
    const kept = keep();
    if (isLast) {
      throw new ObjectDied();
    }
    return kept;
  };
  return {
    ...ports,
    steps: {
      get: (key) => ports.steps.get(key),
      start: (key) => write(() => ports.steps.start(key)),
      complete: (key, cell) => write(() => ports.steps.complete(key, cell)),
    },
    emit: (event, dedupeKey) => write(() => ports.emit(event, dedupeKey)),
  };
}
