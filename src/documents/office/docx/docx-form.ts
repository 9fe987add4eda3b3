/** What an old form's field shows, which stands in its description alone: a box or the entry that was chosen. */
import { attribute, type Attributes } from "../../text/xml";
import type { WorkBudget } from "../../work-budget";
import { isOn } from "../ooxml";

export class DocxForm {
  readonly #work: WorkBudget;
  #isBox = false;
  readonly #entries: string[] = [];
  /** What was chosen, and what stands for it where nothing was. */
  #chosen: string | undefined;
  #byDefault: string | undefined;

  constructor(work: WorkBudget) {
    this.#work = work;
  }

  open(name: string, attributes: Attributes): void {
    const value = attribute(attributes, "val");
    switch (name) {
      case "checkBox":
        this.#isBox = true;
        break;
      case "listEntry":
        this.#work.hold(value?.length ?? 0);
        this.#entries.push(value ?? "");
        break;
      case "checked":
        this.#chosen = value ?? "1";
        break;
      case "result":
        this.#chosen = value;
        break;
      case "default":
        this.#byDefault = value;
        break;
    }
  }

  /** Empty for a field whose text is its result. */
  get shown(): string {
    const value = this.#chosen ?? this.#byDefault ?? "0";
    if (this.#isBox) {
      return isOn(value) ? "☒" : "☐";
    }
    return this.#entries[Number(value)] ?? "";
  }
}
