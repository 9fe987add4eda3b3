import { TEMPLATE } from "../../limits";

/** Thrown where a template wants more than it may have. */
export class BudgetExceeded extends Error {
  override readonly name = "BudgetExceeded";
}

/**
 * What the templates of one value may cost together. Whatever makes or walks something charges for it before it does so:
 * a step is one node of the template, one item of a list or `charsPerStep` characters.
 */
export class Budget {
  #steps = 0;

  get spentSteps(): number {
    return this.#steps;
  }

  charge(steps: number): void {
    this.#steps += steps;
    if (this.#steps > TEMPLATE.maxSteps) {
      throw new BudgetExceeded("The templates of this action do too much");
    }
  }

  /** For text of this length, read or made. */
  chars(length: number): void {
    if (length > TEMPLATE.maxTextChars) {
      throw new BudgetExceeded(
        `A text in the template is longer than ${TEMPLATE.maxTextChars} characters`,
      );
    }
    this.charge(length / TEMPLATE.charsPerStep);
  }

  /** For a list of this length, read or made. */
  items(length: number): void {
    if (length > TEMPLATE.maxItems) {
      throw new BudgetExceeded(`A list in the template is longer than ${TEMPLATE.maxItems}`);
    }
    this.charge(length);
  }
}
