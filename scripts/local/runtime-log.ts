/** What the local runtime writes: the Worker's log, and words of the runtime's own. */
import process from "node:process";

interface RuntimeLine {
  level: string;
  message: string;
}

/**
 * A connection to the outside that failed, in the runtime's own words; the Worker's log says what
 * failed and why. And what the runtime tells its makers.
 */
const NOISE =
  /^(?:[^;]*; )?e = .*failed: (?:TLS handshake failed|failed to lookup address)|^NOSENTRY /;
/** Places in the runtime's own code, beneath the line that they belong to. */
const STACK = /^stack: /;

/** Writes errors and warnings to stderr and the rest to stdout, each as it is, and leaves out noise. */
export function runtimeLog(
  write: (stream: "stderr" | "stdout", text: string) => void = writeOut,
): (line: RuntimeLine) => void {
  let isQuiet = false;
  return ({ level, message }) => {
    isQuiet = NOISE.test(message) || (isQuiet && STACK.test(message));
    if (!isQuiet) {
      write(level === "error" || level === "warn" ? "stderr" : "stdout", `${message}\n`);
    }
  };
}

function writeOut(stream: "stderr" | "stdout", text: string): void {
  process[stream].write(text);
}
