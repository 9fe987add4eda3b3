/** The files that the tools of a run name themselves, as a file that all their users' answers come from. */
import type { ActionDefinition } from "../domain/tool";

const FILE_ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

export class FilesNamed {
  readonly #given: ReadonlySet<string>;
  readonly #named = new Set<string>();

  /** @param inputs Of the run: a file that they name is one of its caller's choice and not the tool's. */
  constructor(inputs: readonly Record<string, unknown>[]) {
    this.#given = new Set(idsIn(inputs));
  }

  /** Notes what a definition names, be it in a template or in source code. */
  add(actions: readonly ActionDefinition[]): void {
    for (const id of idsIn(actions)) {
      if (!this.#given.has(id)) {
        this.#named.add(id);
      }
    }
  }

  get ids(): string[] {
    return [...this.#named];
  }
}

function idsIn(value: unknown): string[] {
  return (JSON.stringify(value).match(FILE_ID) ?? []).map((id) => id.toLowerCase());
}
