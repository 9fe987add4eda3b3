/** Shares the few calls that may compute at once among those who ask for them. */

import { SANDBOX } from "../limits";

/** On whose behalf a call computes; ids that are unique in the deployment. */
export interface SlotOwner {
  projectId: string;
  toolId: string;
  runId: string;
}

/** A call that waits or computes. */
interface Ticket extends SlotOwner {
  enter: () => void;
  hasEntered: boolean;
  aliveMs: number;
}

interface ToolLine {
  projectId: string;
  /** Calls that wait, by run; the run whose turn was longest ago is the first. */
  runs: Map<string, Ticket[]>;
}

/**
 * Lets so many work at once. No tool holds all slots, so that one whose calls are long never keeps
 * out the others. A slot that gets free goes to the project that holds fewest, in it to the tool and
 * there to the run whose turn was longest ago: whoever waits, waits for what is at work and for one
 * call more of each other. A call that shows no life loses its slot: the platform may end an object
 * between two steps, its `finally` included.
 */
export class FairSlots {
  readonly #slots: number;
  readonly #shareOfTool: number;
  readonly #held = new Set<Ticket>();
  /** Of all that wait or work; the one whose turn was longest ago is the first. */
  readonly #tools = new Map<string, ToolLine>();

  constructor(slots: number) {
    this.#slots = slots;
    this.#shareOfTool = Math.max(1, slots - 1);
  }

  async run<T>(owner: SlotOwner, work: () => Promise<T>): Promise<T> {
    const { promise: turn, resolve: enter } = Promise.withResolvers<void>();
    const ticket = { ...owner, enter, hasEntered: false, aliveMs: Date.now() };
    const heartbeat = setInterval(() => this.#beat(ticket), SANDBOX.slotMaxSilenceMs / 4);
    try {
      this.#join(ticket);
      this.#admit();
      await turn;
      return await work();
    } finally {
      clearInterval(heartbeat);
      this.#held.delete(ticket);
      this.#forgetIdle();
      this.#admit();
    }
  }

  #beat(ticket: Ticket): void {
    ticket.aliveMs = Date.now();
    this.#dropSilent(ticket.aliveMs);
    // Whoever was taken for dead while nothing in the isolate had its turn comes back.
    if (ticket.hasEntered) {
      this.#held.add(ticket);
    } else if (this.#tools.get(ticket.toolId)?.runs.get(ticket.runId)?.includes(ticket) !== true) {
      this.#join(ticket);
    }
    this.#admit();
  }

  #dropSilent(nowMs: number): void {
    const isSilent = ({ aliveMs }: Ticket) => nowMs - aliveMs >= SANDBOX.slotMaxSilenceMs;
    for (const ticket of this.#held) {
      if (isSilent(ticket)) {
        this.#held.delete(ticket);
      }
    }
    for (const { runs } of this.#tools.values()) {
      for (const [runId, waiting] of runs) {
        const alive = waiting.filter((ticket) => !isSilent(ticket));
        if (alive.length === 0) {
          runs.delete(runId);
        } else if (alive.length < waiting.length) {
          runs.set(runId, alive);
        }
      }
    }
    this.#forgetIdle();
  }

  #forgetIdle(): void {
    for (const [toolId, { runs }] of this.#tools) {
      if (runs.size === 0 && this.#heldOfTool(toolId) === 0) {
        this.#tools.delete(toolId);
      }
    }
  }

  #join(ticket: Ticket): void {
    const { projectId, toolId, runId } = ticket;
    const line = this.#tools.get(toolId) ?? { projectId, runs: new Map<string, Ticket[]>() };
    this.#tools.set(toolId, line);
    const waiting = line.runs.get(runId);
    if (waiting === undefined) {
      line.runs.set(runId, [ticket]);
    } else {
      waiting.push(ticket);
    }
  }

  #admit(): void {
    while (this.#held.size < this.#slots) {
      const next = this.#next();
      const ticket = next === undefined ? undefined : takeTurn(next[1].runs);
      if (next === undefined || ticket === undefined) {
        return;
      }
      const [toolId, line] = next;
      this.#held.add(ticket);
      // Behind all others: the next turn is theirs.
      this.#tools.delete(toolId);
      this.#tools.set(toolId, line);
      ticket.hasEntered = true;
      ticket.enter();
    }
  }

  #next(): [toolId: string, line: ToolLine] | undefined {
    const waiting = [...this.#tools].filter(
      ([toolId, { runs }]) => runs.size > 0 && this.#heldOfTool(toolId) < this.#shareOfTool,
    );
    const fewest = Math.min(...waiting.map(([, { projectId }]) => this.#heldOfProject(projectId)));
    return waiting.find(([, { projectId }]) => this.#heldOfProject(projectId) === fewest);
  }

  #heldOfTool(toolId: string): number {
    return [...this.#held].filter((ticket) => ticket.toolId === toolId).length;
  }

  #heldOfProject(projectId: string): number {
    return [...this.#held].filter((ticket) => ticket.projectId === projectId).length;
  }
}

/** Takes the first call of the first run out of the line; the run's others go behind the other runs. */
function takeTurn(runs: ToolLine["runs"]): Ticket | undefined {
  const [first] = runs;
  if (first === undefined) {
    return undefined;
  }
  const [runId, [ticket, ...others]] = first;
  runs.delete(runId);
  if (others.length > 0) {
    runs.set(runId, others);
  }
  return ticket;
}
