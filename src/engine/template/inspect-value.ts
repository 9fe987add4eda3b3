import type { Issue } from "../../domain/failure";

export interface ValueReport {
  /** Broken templates and malformed `{"$js"}` objects. */
  issues: Issue[];
  /** Every name that a template of the value reads, with the place of the template. */
  references: { name: string; path: (string | number)[] }[];
}

/** What a deploy wants to know of a spec; nothing is rendered or run. */
export function inspectValue(_value: unknown, _path: (string | number)[] = []): ValueReport {
  return { issues: [], references: [] };
}
