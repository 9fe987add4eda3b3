/** Headers of a reply of JSON. */
export const JSON_TYPE = { "Content-Type": "application/json" };

/** JSON as every reply has it: with a line end, so that a shell's prompt begins a line of its own. */
export function toJsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
