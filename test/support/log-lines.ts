/** What the Worker writes to its log while a test looks. */
import { vi } from "vitest";

export interface LogLine {
  level: string;
  message: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever was logged
  [name: string]: any;
}

/** Collects the lines from now on; `vi.restoreAllMocks` ends it. */
export function collectLogLines() {
  const texts: string[] = [];
  const write = (text: unknown) => void texts.push(String(text));
  vi.spyOn(console, "log").mockImplementation(write);
  vi.spyOn(console, "warn").mockImplementation(write);
  vi.spyOn(console, "error").mockImplementation(write);
  return {
    texts,
    lines: (message?: string): LogLine[] =>
      texts
        .map((text): LogLine => JSON.parse(text))
        .filter((line) => message === undefined || line.message === message),
  };
}
