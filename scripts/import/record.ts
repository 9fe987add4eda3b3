/** What records of all kinds are made with. */
import { createHash } from "node:crypto";

export type ImportRecord = Record<string, unknown>;

export const SECOND_MS = 1000;
/** Ids of a form of their own here are made of OpenAI's, so that a second import makes the same. */
export function derivedId(kind: "assistant" | "run" | "file", wireId: string): string {
  const hex = createHash("sha256").update(`openai:${kind}:${wireId}`).digest("hex");
  switch (kind) {
    case "assistant":
      return hex.slice(0, 20);
    case "run":
      return hex;
    case "file":
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }
}

export function bareId(id: string): string {
  return id.replace(/^(?:thread|msg)_/, "");
}

/** Without what is null or was never said. */
export function given(fields: Record<string, unknown>): Record<string, unknown> {
  const said = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(said);
}

export function emptyAsNull(metadata: Record<string, string> | null | undefined) {
  return Object.keys(metadata ?? {}).length === 0 ? null : metadata;
}
