/** Where in a run's stream its telling begins. */
import type { DisclosedEvent } from "../../../domain/access/disclosure";
import { Standing } from "./standing";
import type { StreamEvent } from "./step-encoder";
import type { NumberedEvent } from "./stream-encoder";

/** Lets through what its reader has not seen. */
export interface Gate {
  /** @param event What is told; null is the run's acceptance. */
  pass(
    events: readonly NumberedEvent[],
    event: DisclosedEvent | null,
  ): (StreamEvent | NumberedEvent)[];
  /** Whether the wait of this event is where the telling begins. */
  beginsAt(event: DisclosedEvent): boolean;
  /** The run has ended: what a reader is told who would else be told nothing. */
  last(): NumberedEvent[];
}

/** Behind the event of a number. */
export class BehindNumber implements Gate {
  readonly #after: number;
  readonly #standing = new Standing();
  #isOpen: boolean;
  #last: NumberedEvent | undefined;

  constructor(after: number) {
    this.#after = after;
    this.#isOpen = after === 0;
  }

  pass(events: readonly NumberedEvent[]): (StreamEvent | NumberedEvent)[] {
    this.#last = events.at(-1) ?? this.#last;
    if (this.#isOpen) {
      return [...events];
    }
    for (const one of events.filter(({ n }) => n <= this.#after)) {
      this.#standing.take(one);
    }
    const behind = events.filter(({ n }) => n > this.#after);
    if (behind.length === 0) {
      return [];
    }
    this.#isOpen = true;
    return [...this.#standing.replay(), ...behind];
  }

  beginsAt(): boolean {
    return false;
  }

  /** Of a run whose events are gone the story is shorter than it was: its end is news all the same. */
  last(): NumberedEvent[] {
    const last = this.#last;
    return this.#isOpen || last === undefined || last.n === this.#after ? [] : [last];
  }
}

/** Behind the wait for the outputs of some calls. */
export class BehindWait implements Gate {
  readonly #callIds: ReadonlySet<string>;
  #isOpen = false;

  constructor(callIds: ReadonlySet<string>) {
    this.#callIds = callIds;
  }

  pass(events: readonly NumberedEvent[], event: DisclosedEvent | null): NumberedEvent[] {
    if (this.#isOpen) {
      return [...events];
    }
    this.#isOpen = event !== null && this.beginsAt(event);
    return [];
  }

  beginsAt(event: DisclosedEvent): boolean {
    return event.type === "run-wait" && event.calls.some(({ callId }) => this.#callIds.has(callId));
  }

  last(): NumberedEvent[] {
    return [];
  }
}
