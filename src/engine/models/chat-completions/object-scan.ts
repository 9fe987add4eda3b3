/** Finds where a JSON object ends that comes in pieces; each character is looked at once or twice. */
export class ObjectScan {
  #depth = 0;
  #isInText = false;
  #isEscaped = false;
  #isWhole = false;

  /** Whether an object has begun and ended. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Where in this further text the object ends, without reading it; null where it does not. */
  endIn(text: string): number | null {
    return this.#copy().read(text);
  }

  /** Returns where in the text the object has ended; null where it has not, or had before. */
  read(text: string): number | null {
    for (let at = 0; at < text.length && !this.#isWhole; at += 1) {
      this.#step(text.charAt(at));
      if (this.#isWhole) {
        return at + 1;
      }
    }
    return null;
  }

  #step(char: string): void {
    if (this.#isInText) {
      this.#isInText = this.#isEscaped || char !== '"';
      this.#isEscaped = !this.#isEscaped && char === "\\";
    } else if (char === '"') {
      this.#isInText = true;
    } else if (char === "{" || char === "[") {
      this.#depth += 1;
    } else if (char === "}" || char === "]") {
      this.#depth -= 1;
      this.#isWhole = this.#depth === 0;
    }
  }

  #copy(): ObjectScan {
    const copy = new ObjectScan();
    copy.#depth = this.#depth;
    copy.#isInText = this.#isInText;
    copy.#isEscaped = this.#isEscaped;
    copy.#isWhole = this.#isWhole;
    return copy;
  }
}
