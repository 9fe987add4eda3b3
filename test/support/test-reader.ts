import type { NumberedEvent, RunEvent } from "../../src/domain/run-event";
import { LineReader } from "./line-reader";

/** Reads a run's events as they come. */
export class TestReader extends LineReader<NumberedEvent> {
  get events(): NumberedEvent[] {
    return this.items;
  }

  types(): RunEvent["type"][] {
    return this.events.map(({ event }) => event.type);
  }
}
