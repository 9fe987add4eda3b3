/** The one place that writes to the Worker's log: a JSON object a line, never a header or a body. */

interface LogFields {
  [name: string]: string | number | boolean | null | undefined | Error;
}

export const log = {
  error(message: string, fields: LogFields): void {
    // oxlint-disable-next-line no-console -- the Worker's log is the console
    console.error(JSON.stringify({ level: "error", message, ...fields }, describeErrors));
  },
};

function describeErrors(_key: string, value: unknown): unknown {
  return value instanceof Error
    ? { name: value.name, message: value.message, stack: value.stack }
    : value;
}
