/** Which methods of which major the programs have called with success, and the table that tells it. */
import type { OpenAI } from "./sdks.ts";

const MAJORS = [4, 5, 6, 7];

const RESOURCES = {
  "beta.assistants": ({ beta }) => beta.assistants,
  "beta.threads": ({ beta }) => beta.threads,
  "beta.threads.messages": ({ beta }) => beta.threads.messages,
  "beta.threads.runs": ({ beta }) => beta.threads.runs,
  "beta.threads.runs.steps": ({ beta }) => beta.threads.runs.steps,
  files: ({ files }) => files,
  vectorStores: ({ vectorStores }) => vectorStores,
  "vectorStores.files": ({ vectorStores }) => vectorStores.files,
  "vectorStores.fileBatches": ({ vectorStores }) => vectorStores.fileBatches,
  models: ({ models }) => models,
} as const satisfies Record<string, (client: OpenAI) => object>;

/** `✓`: a program has called it and was answered. `refused`: by name. `–`: the major has no such method. */
export type State = "✓" | "refused" | "not tried" | "–";

/** By method, as majors from 5 on call it, and by major. */
export class MethodTable {
  readonly #states = new Map<string, Map<number, State>>();

  /** Watches all calls of the client's resources. */
  watch(major: number, client: OpenAI): void {
    for (const [place, resourceOf] of Object.entries(RESOURCES)) {
      const resource = resourceOf(client);
      for (const name of methodsOf(resource)) {
        const method = `${place}.${name === "del" ? "delete" : name}`;
        this.#note(method, major, "not tried");
        const original: unknown = Reflect.get(resource, name);
        if (typeof original === "function") {
          const note = () => this.#note(method, major, "✓");
          const watched = (...given: unknown[]): unknown => {
            const answer: unknown = Reflect.apply(original, resource, given);
            noteAnswer(answer, note, () => this.#note(method, major, "refused"));
            return answer;
          };
          Object.defineProperty(resource, name, { value: watched, configurable: true });
        }
      }
    }
  }

  #note(method: string, major: number, state: State): void {
    const states = this.#states.get(method) ?? new Map<number, State>();
    if (states.get(major) !== "✓" && (state !== "not tried" || !states.has(major))) {
      states.set(major, state);
    }
    this.#states.set(method, states);
  }

  state(method: string, major: number): State {
    return this.#states.get(method)?.get(major) ?? "–";
  }

  toMarkdown(): string {
    const rows = [...this.#states.keys()].map((method) => {
      const states = MAJORS.map((major) => this.state(method, major));
      return `| \`${method}\` | ${states.join(" | ")} |`;
    });
    return ["| | 4.104 | 5.23 | 6.49 | 7.57 |", "|---|---|---|---|---|", ...rows].join("\n");
  }
}

/** Of a method that no path takes. */
const NOT_ALLOWED = 405;

function methodsOf(resource: object): string[] {
  const prototype: unknown = Object.getPrototypeOf(resource);
  return typeof prototype === "object" && prototype !== null
    ? Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor")
    : [];
}

/** A stream's helper is no promise: it is there, and its program judges the rest. */
function noteAnswer(answer: unknown, note: () => void, noteRefusal: () => void): void {
  if (answer instanceof Promise) {
    answer.then(note, (error: unknown) =>
      Reflect.get(Object(error), "status") === NOT_ALLOWED ? noteRefusal() : undefined,
    );
  } else {
    note();
  }
}

/** The rows of such a table in a page. */
export function rowsIn(markdown: string): string[] {
  return markdown.match(/^\| `[\w.]+` +\|.*\|$/gm) ?? [];
}
