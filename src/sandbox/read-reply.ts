/** Reads what the prelude answers. Its text comes out of the engine and is trusted in nothing. */
import { ActionFailure, tooDeep } from "../domain/action-failure";
import { passedBound, tryJson } from "../domain/json";
import { cutText } from "../domain/text";
import { RUN, SANDBOX } from "../limits";
import { SOURCE_NAME, REPLY_KINDS } from "./prelude";
import type { SandboxReply } from "./prelude";

/** `\\uXXXX` */
const ESCAPE_CHARS = 6;
/** An output at its limit, logs and an error at theirs with every character escaped. */
const ANSWER_MAX_CHARS =
  RUN.actionOutputMaxBytes +
  ESCAPE_CHARS * (SANDBOX.logMaxLines * SANDBOX.logMaxLineChars + 4 * SANDBOX.messageMaxChars);
const POSITION = new RegExp(`${SOURCE_NAME}:(\\d+):(\\d+)`);

export const OUT_OF_MEMORY: CodeAndMessage = [
  "code_out_of_memory",
  `The code needs more than its ${SANDBOX.memoryMaxBytes / 1024 / 1024} MiB.`,
];

export interface SandboxResult {
  /** JSON; `undefined` has become null. */
  value: unknown;
  /** One entry a `console` call, oldest first. */
  logs: string[];
}

interface Answer {
  kind: SandboxReply;
  value: unknown;
  logs: string[];
  message: string;
  stack: string;
}

/** The result that the reply tells of, or the failure thrown, with what the code had logged. */
export function readReply(json: string, isFull: boolean, columnShift: number): SandboxResult {
  const answer = parse(json);
  if (answer.kind === "value") {
    if (passedBound(answer.value, { maxNesting: RUN.valueMaxNesting }) !== null) {
      throw new ActionFailure("code_output_too_deep", tooDeep("The output"), { logs: answer.logs });
    }
    return { value: answer.value, logs: answer.logs };
  }
  const isMemory =
    answer.message.startsWith("InternalError: out of memory") ||
    (answer.message === "null" && isFull);
  const [code, message] = isMemory
    ? memoryFailure(answer.kind)
    : failureOf(answer.kind, answer.message, position(answer.stack, columnShift));
  throw new ActionFailure(code, message, { logs: answer.logs });
}

type CodeAndMessage = [code: string, message: string];

function failureOf(
  kind: Exclude<SandboxReply, "value">,
  message: string,
  at: string,
): CodeAndMessage {
  switch (kind) {
    case "syntax_error":
      return ["code_syntax_error", `${message}${at}`];
    case "error":
      return ["code_error", `${message}${at}`];
    case "not_a_function":
      return [
        "code_not_a_function",
        `The code must be a function, (env) => value; it is of type ${message}.`,
      ];
    case "not_json":
      return ["code_output_not_json", `The output is not JSON: ${message}${at}`];
    case "too_large":
      return tooLarge(message);
    case "pending":
      return ["code_error", "The code waits for a promise that nothing is left to settle."];
  }
}

/** What serializes the output needs memory too; then it is the output that is too large. */
function memoryFailure(kind: SandboxReply): CodeAndMessage {
  return kind === "not_json" ? tooLarge("more than the memory holds") : OUT_OF_MEMORY;
}

function tooLarge(size: string): CodeAndMessage {
  return [
    "code_output_too_large",
    `The output is ${size}; at most ${RUN.actionOutputMaxBytes} are kept.`,
  ];
}

/** The error that compiling a source threw, as the engine dumps it, as `code_syntax_error` words it. */
export function wordSyntaxError(dump: string, columnShift: number): string {
  const error = asRecord(tryJson(dump));
  const name = asText(error["name"], SANDBOX.messageMaxChars);
  const message = asText(error["message"], SANDBOX.messageMaxChars);
  const stack = asText(error["stack"], SANDBOX.messageMaxChars);
  return `${name}: ${message}${position(stack, columnShift)}`;
}

/** The first place of the project's own source that the stack names. */
function position(stack: string, columnShift: number): string {
  const [, line, column] = POSITION.exec(stack) ?? [];
  if (line === undefined) {
    return "";
  }
  return ` (line ${line}, column ${Number(column) - (line === "1" ? columnShift : 0)})`;
}

function parse(json: string): Answer {
  const tampered = new ActionFailure("code_error", "The code broke what serializes its output.");
  if (json.length > ANSWER_MAX_CHARS) {
    throw tampered;
  }
  const raw = asRecord(tryJson(json));
  const kind = REPLY_KINDS.find((candidate) => candidate === raw["kind"]);
  if (kind === undefined) {
    throw tampered;
  }
  return {
    kind,
    value: raw["value"] ?? null,
    logs: readLogs(raw),
    message: asText(raw["message"], SANDBOX.messageMaxChars),
    stack: asText(raw["stack"], SANDBOX.messageMaxChars),
  };
}

function readLogs(raw: Record<string, unknown>): string[] {
  const lines = Array.isArray(raw["logs"]) ? raw["logs"].slice(0, SANDBOX.logMaxLines) : [];
  const logs = lines.map((line) => asText(line, SANDBOX.logMaxLineChars));
  if (typeof raw["dropped"] === "number" && raw["dropped"] > 0) {
    logs.push(`… ${raw["dropped"]} more were dropped`);
  }
  return logs;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function asText(value: unknown, maxChars: number): string {
  return typeof value === "string" ? cutText(value, maxChars).toWellFormed() : "";
}
