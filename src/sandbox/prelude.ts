/**
 * The script that runs a project's code inside the engine. It has no way out of the engine: it takes
 * text and gives text. What it needs it takes before the project's code can replace it; code that
 * tampers with the rest spoils its own answer alone, which the host reads as untrusted JSON.
 */
import { RUN, SANDBOX } from "../limits";

/** The name that the engine gives to the project's source in a stack, before line and column. */
export const SOURCE_NAME = "<input>";

/**
 * What the script answers, as the `kind` of a JSON object with `logs` and `dropped` (lines), with
 * `value` where there is one and `message` and `stack` where there is an error; if the project's
 * code has not tampered with it. `pending`: the promise that the code returned is open and no job
 * is left.
 */
export const REPLY_KINDS = [
  "value",
  "syntax_error",
  "error",
  "not_a_function",
  "not_json",
  "too_large",
  "pending",
] as const;
export type SandboxReply = (typeof REPLY_KINDS)[number];

const LIMITS = JSON.stringify({
  lines: SANDBOX.logMaxLines,
  lineChars: SANDBOX.logMaxLineChars,
  messageChars: SANDBOX.messageMaxChars,
  outputChars: RUN.actionOutputMaxBytes,
});

/**
 * A script whose value is a function of the project's source and of the env as JSON. It runs the
 * code and returns a function that gives the reply once all jobs are done. (The env goes in as
 * text and is parsed inside: as a literal, a key `__proto__` would set a prototype.)
 */
export const PRELUDE = `(source, envText) => {
  "use strict";
  const limits = ${LIMITS};
  const { stringify, parse } = JSON;
  const text = String;
  const evaluate = eval;
  const cut = Function.prototype.call.bind(String.prototype.slice);
  const logs = [];
  let dropped = 0;

  const show = (value) => {
    if (typeof value === "string") return value;
    try {
      return stringify(value) ?? text(value);
    } catch {
      return typeof value;
    }
  };
  const log = (...values) => {
    if (logs.length >= limits.lines) {
      dropped += 1;
      return;
    }
    let line = "";
    for (let at = 0; at < values.length && line.length < limits.lineChars; at += 1) {
      line += (at ? " " : "") + show(values[at]);
    }
    logs[logs.length] = cut(line, 0, limits.lineChars);
  };
  globalThis.console = { log, info: log, warn: log, error: log, debug: log };

  const describe = (error) => {
    try {
      const isError = error instanceof Error;
      return {
        message: cut(isError ? error.name + ": " + error.message : show(error), 0, limits.messageChars),
        stack: isError ? cut(text(error.stack), 0, limits.messageChars) : "",
      };
    } catch {
      return { message: "an error that cannot be read", stack: "" };
    }
  };

  let reply = { kind: "pending" };
  // An error of what makes the answer, such as too little memory, is the code's own.
  const answer = () => {
    const json = reply.json;
    const rest = stringify({ ...reply, json: undefined, logs, dropped });
    return json === undefined ? rest : cut(rest, 0, -1) + ',"value":' + json + "}";
  };
  const settle = (value) => {
    try {
      const json = stringify(value);
      if (json === undefined && value !== undefined) throw new TypeError("a " + typeof value + " is not JSON");
      reply = json !== undefined && json.length > limits.outputChars
        ? { kind: "too_large", message: json.length + " characters" }
        : { kind: "value", json };
    } catch (error) {
      reply = { kind: "not_json", ...describe(error) };
    }
  };

  let code;
  try {
    code = evaluate(source);
  } catch (error) {
    reply = { kind: error instanceof SyntaxError ? "syntax_error" : "error", ...describe(error) };
    return answer;
  }
  if (typeof code !== "function") {
    reply = { kind: "not_a_function", message: typeof code };
    return answer;
  }
  (async () => {
    try {
      settle(await code(parse(envText)));
    } catch (error) {
      reply = { kind: "error", ...describe(error) };
    }
  })();
  return answer;
}`;
