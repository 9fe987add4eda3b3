/** Writes a message step by step, so that its reader lives: no delta without its start, no step with an open part. */
import type { Chunk, StreamSettings } from "./chunks";

type TextKind = "text" | "reasoning";

export class StepWriter {
  readonly #parts: StreamSettings["parts"];
  #chunks: Chunk[] = [];
  #isOpen = false;
  /** Steps that were opened. */
  #round = 0;
  /** How often what this step told was withdrawn. */
  #withdrawals = 0;
  #open: { kind: TextKind; id: string } | null = null;
  /** Parts of this step. */
  #textIds: string[] = [];

  constructor(parts: StreamSettings["parts"]) {
    this.#parts = parts;
  }

  /** What was written since the last time. */
  take(): Chunk[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  write(...chunks: Chunk[]): void {
    this.#chunks.push(...chunks);
  }

  openStep(): void {
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#round += 1;
      this.#withdrawals = 0;
      this.#textIds = [];
      this.write({ type: "start-step" });
    }
  }

  closeStep(): void {
    this.closeText();
    if (this.#isOpen) {
      this.#isOpen = false;
      this.write({ type: "finish-step" });
    }
  }

  text(delta: string): void {
    this.#write("text", delta);
  }

  reasoning(delta: string): void {
    this.#write("reasoning", delta);
  }

  closeText(): void {
    if (this.#open !== null) {
      const { kind, id } = this.#open;
      this.write({ type: `${kind}-end`, id });
      this.#open = null;
    }
  }

  /**
   * Takes back what this step has told. 5 and 6 cannot: there it stays with the message, beside a part
   * that names it, and what is told anew is a step of its own.
   * @param callIds Of calls that the step has told.
   */
  withdraw(callIds: readonly string[]): void {
    this.closeText();
    this.#withdrawals += 1;
    if (this.#parts === 7) {
      this.write({ type: "reset-step" });
    } else {
      this.write(
        ...callIds.map((toolCallId): Chunk => {
          return { type: "tool-output-error", toolCallId, errorText: "withdrawn" };
        }),
        { type: "data-bobbin-reset", data: { textIds: this.#textIds } },
        { type: "finish-step" },
        { type: "start-step" },
      );
    }
    this.#textIds = [];
  }

  #write(kind: TextKind, delta: string): void {
    if (delta === "") {
      return;
    }
    this.openStep();
    if (this.#open?.kind !== kind) {
      this.closeText();
      const id = this.#nextId(kind);
      this.#open = { kind, id };
      this.#textIds.push(id);
      this.write({ type: `${kind}-start`, id });
    }
    this.write({ type: `${kind}-delta`, id: this.#open.id, delta });
  }

  /** `t1`, or `r1` of what was thought; its second part in a step, and what is told anew, are numbered. */
  #nextId(kind: TextKind): string {
    const first = `${kind === "text" ? "t" : "r"}${this.#round}`;
    const anew = this.#parts === 7 ? 0 : this.#withdrawals;
    const before = this.#textIds.filter((id) => id.startsWith(first)).length;
    const number = anew + before + 1;
    return number === 1 ? first : `${first}.${number}`;
  }
}
