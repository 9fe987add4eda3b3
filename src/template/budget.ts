import { TEMPLATE } from "../limits";

/** Thrown where a template wants more than it may have. */
export class BudgetExceeded extends Error {
  override readonly name = "BudgetExceeded";
}

/**
 * What the templates of one value may cost together. Whatever makes or walks something charges for it, before it does so
 * where the size is known by then. A step is a node of the template, an item of a list, a key of a dict,
 * `charsPerStep` characters read, `madeCharsPerStep` made or `workedCharsPerStep` looked at one by one.
 */
export class Budget {
  #steps = 0;
  #stepsAtPause = 0;
  /** Keys of the dicts that were asked for them: no template can change a dict. */
  readonly #keys = new WeakMap<object, readonly string[]>();

  get spentSteps(): number {
    return this.#steps;
  }

  /** Whether others should have their turn before the next statement. */
  get isPauseDue(): boolean {
    return this.#steps - this.#stepsAtPause > TEMPLATE.stepsPerTurn;
  }

  /** Others have had their turn. */
  paused(): void {
    this.#stepsAtPause = this.#steps;
  }

  charge(steps: number): void {
    this.#steps += steps;
    if (this.#steps > TEMPLATE.maxSteps) {
      throw new BudgetExceeded("The templates of this action do too much");
    }
    if (this.#steps - this.#stepsAtPause > TEMPLATE.maxStretchSteps) {
      throw new BudgetExceeded("One expression of the template does too much");
    }
  }

  /** For text of this length, read as a whole. */
  chars(length: number): void {
    this.charge(checkText(length) / TEMPLATE.charsPerStep);
  }

  /** For text of this length, made. */
  made(length: number): void {
    this.charge(checkText(length) / TEMPLATE.madeCharsPerStep);
  }

  /** For text of this length, worked on character by character. */
  worked(length: number): void {
    this.charge(checkText(length) / TEMPLATE.workedCharsPerStep);
  }

  /** For a list of this length, read or made. */
  items(length: number): void {
    if (length > TEMPLATE.maxItems) {
      throw new BudgetExceeded(`A list in the template is longer than ${TEMPLATE.maxItems}`);
    }
    this.charge(length);
  }

  /** The dict's keys, charged for when they are first asked for. */
  keys(dict: object): readonly string[] {
    const known = this.#keys.get(dict);
    if (known !== undefined) {
      return known;
    }
    const keys = Object.keys(dict);
    this.charge(keys.length);
    this.#keys.set(dict, keys);
    return keys;
  }
}

function checkText(length: number): number {
  if (length > TEMPLATE.maxTextChars) {
    throw new BudgetExceeded(
      `A text in the template is longer than ${TEMPLATE.maxTextChars} characters`,
    );
  }
  return length;
}
