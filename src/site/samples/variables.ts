/** What the samples take from their reader: keys and ids, as variables of the environment. */
import type { Call } from "./documented-calls";

export interface Variable {
  name: string;
  description: string;
}

const KEY: Variable = { name: "KEY", description: "A key of the project, `sk-…`." };
const ADMIN_KEY: Variable = {
  name: "ADMIN_KEY",
  description: "The deployment's own, for calls under `/admin`.",
};
const CALL: Variable = {
  name: "CALL_ID",
  description: "Id of a call that the run waits for: `required_action.calls[].call_id`.",
};

/** Names that mean something else in many shells, or nothing by themselves. */
const RENAMED = new Map([["name", "KNOWLEDGE"]]);

/** Fields of a body that name what is the reader's own. */
export const OWN_FIELDS = new Map([
  ["agent_id", "AGENT_ID"],
  ["assistant_id", "ASSISTANT_ID"],
  ["call_id", "CALL_ID"],
  ["file_id", "FILE_ID"],
  ["file_ids", "FILE_ID"],
  ["runId", "RUN_ID"],
  ["tool_call_id", "CALL_ID"],
  ["tools", "TOOL_ID"],
]);

/** The variable that stands for a name in a path. */
export function variableOf(parameter: string): string {
  return RENAMED.get(parameter) ?? parameter.toUpperCase();
}

/** All that the samples take, each once; the keys come first. */
export function sampleVariables(calls: readonly Call[]): Variable[] {
  const ofPaths = calls.flatMap(({ parameters = [] }) =>
    parameters
      .filter((parameter) => parameter.in === "path")
      .map(({ name, description = "" }) => ({ name: variableOf(name), description })),
  );
  const byName = new Map(ofPaths.toReversed().map((variable) => [variable.name, variable]));
  return [KEY, ADMIN_KEY, ...[...byName.values()].toReversed(), CALL];
}
