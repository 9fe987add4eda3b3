/** Shares the few calls that may compute at once among those who ask for them. */

/** On whose behalf a call computes; ids that are unique in the deployment. */
export interface SlotOwner {
  projectId: string;
  toolId: string;
  runId: string;
}

interface ToolLine {
  projectId: string;
  /** Slots that its calls have. */
  held: number;
  /** Calls that wait, by run; the run whose turn was longest ago is the first. */
  runs: Map<string, (() => void)[]>;
}

/**
 * Lets so many work at once. No tool holds all slots, so that one whose calls are long never keeps
 * out the others. A slot that gets free goes to the project that holds fewest, in it to the tool and
 * there to the run whose turn was longest ago: whoever waits, waits for what is at work and for one
 * call more of each other.
 */
export class Semaphore {
  readonly #shareOfTool: number;
  #free: number;
  /** Of all that wait or work; the one whose turn was longest ago is the first. */
  readonly #tools = new Map<string, ToolLine>();

  constructor(slots: number) {
    this.#free = slots;
    this.#shareOfTool = Math.max(1, slots - 1);
  }

  async run<T>(owner: SlotOwner, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((enter) => {
      this.#join(owner, enter);
      this.#admit();
    });
    try {
      return await work();
    } finally {
      this.#leave(owner);
      this.#admit();
    }
  }

  #join({ projectId, toolId, runId }: SlotOwner, enter: () => void): void {
    const line = this.#tools.get(toolId) ?? { projectId, held: 0, runs: new Map() };
    this.#tools.set(toolId, line);
    const waiting = line.runs.get(runId);
    if (waiting === undefined) {
      line.runs.set(runId, [enter]);
    } else {
      waiting.push(enter);
    }
  }

  #leave({ toolId }: SlotOwner): void {
    this.#free += 1;
    const line = this.#tools.get(toolId);
    if (line !== undefined) {
      line.held -= 1;
      if (line.held === 0 && line.runs.size === 0) {
        this.#tools.delete(toolId);
      }
    }
  }

  #admit(): void {
    for (let next = this.#next(); this.#free > 0 && next !== undefined; next = this.#next()) {
      const [toolId, line] = next;
      this.#free -= 1;
      line.held += 1;
      // Behind all others: the next turn is theirs.
      this.#tools.delete(toolId);
      this.#tools.set(toolId, line);
      takeTurn(line.runs);
    }
  }

  #next(): [toolId: string, line: ToolLine] | undefined {
    const waiting = [...this.#tools].filter(
      ([, { held, runs }]) => runs.size > 0 && held < this.#shareOfTool,
    );
    const fewest = Math.min(...waiting.map(([, line]) => this.#heldBy(line)));
    return waiting.find(([, line]) => this.#heldBy(line) === fewest);
  }

  #heldBy({ projectId }: ToolLine): number {
    const lines = [...this.#tools.values()].filter((line) => line.projectId === projectId);
    return lines.reduce((sum, { held }) => sum + held, 0);
  }
}

/** Lets the first call of the first run enter. */
function takeTurn(runs: ToolLine["runs"]): void {
  const [first] = runs;
  if (first !== undefined) {
    const [runId, waiting] = first;
    const enter = waiting.shift();
    runs.delete(runId);
    if (waiting.length > 0) {
      runs.set(runId, waiting);
    }
    enter?.();
  }
}
