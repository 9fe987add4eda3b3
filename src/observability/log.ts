/**
 * The one door to the Worker's log: a JSON object a line. What looks like a credential is taken out of
 * every line, whichever way it came in; bodies, headers, queries and paths are not to be handed here.
 */
import { describeError, withoutCredentials } from "./redact";

export interface LogFields {
  [name: string]: string | number | boolean | null | undefined | Error;
}

/** Lines of JSON for the Worker's log. */
export const log = {
  /** What happened as it should. */
  info(message: string, fields: LogFields): void {
    // oxlint-disable-next-line no-console -- the Worker's log is the console
    console.log(lineOf("info", message, fields));
  },
  /** What somebody outside has to look at; Bobbin goes on. */
  warn(message: string, fields: LogFields): void {
    // oxlint-disable-next-line no-console -- the Worker's log is the console
    console.warn(lineOf("warn", message, fields));
  },
  /** What somebody has to look at. */
  error(message: string, fields: LogFields): void {
    // oxlint-disable-next-line no-console -- the Worker's log is the console
    console.error(lineOf("error", message, fields));
  },
};

function lineOf(level: string, message: string, fields: LogFields): string {
  const line = JSON.stringify({ level, message, ...fields }, (_key, value: unknown) =>
    value instanceof Error ? describeError(value) : value,
  );
  return withoutCredentials(line);
}
