/** What the chaos round found broken, by the promise that it breaks. */
export const PROMISES = ["lost", "duplicated", "out of order", "stuck", "wrong"] as const;
export type Promised = (typeof PROMISES)[number];

export interface Violation {
  promise: Promised;
  what: string;
}

export class Violations {
  readonly found: Violation[] = [];

  add(promise: Promised, what: string): void {
    this.found.push({ promise, what });
  }

  count(promise: Promised): number {
    return this.found.filter((violation) => violation.promise === promise).length;
  }
}
