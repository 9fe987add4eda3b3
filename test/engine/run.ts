/** Shorthands for running a definition on ports made of Maps. */
import type { ActionDefinition, ActionType } from "../../src/domain/tool";
import { checkDefinition } from "../../src/engine/check-definition";
import type { EngineOutcome, RunPlan } from "../../src/engine/contract";
import { executeRun } from "../../src/engine/execute-run";
import { testWorld, type TestWorld } from "../support/ports";
import { plan } from "../support/run-plan";

export { plan } from "../support/run-plan";

export type Ended = Extract<EngineOutcome, { kind: "ended" }>;

/** The actions between INPUT and OUTPUT, as a definition that a deploy has let through. */
export function definition(...actions: ActionDefinition[]): ActionDefinition[] {
  const whole: ActionDefinition[] = [
    { name: "INPUT", type: "input" },
    ...actions,
    { name: "OUTPUT", type: "output" },
  ];
  const checked = checkDefinition(whole);
  if (!checked.ok) {
    throw new Error(JSON.stringify(checked.issues));
  }
  return checked.actions;
}

export function action(
  type: ActionType,
  name: string,
  spec: Record<string, unknown> = {},
  rest: Partial<ActionDefinition> = {},
): ActionDefinition {
  return { name, type, spec, ...rest };
}

export function code(name: string, source: string): ActionDefinition {
  return action("code", name, { code: source });
}

export const js = (source: string): { $js: string } => ({ $js: source });

export async function run(
  actions: ActionDefinition[],
  given: Partial<RunPlan> = {},
  world: TestWorld = testWorld(),
): Promise<Ended> {
  const signal = new AbortController().signal;
  const outcome = await executeRun(plan(actions, given), world.ports, signal);
  if (outcome.kind !== "ended") {
    throw new Error(`The run is ${outcome.kind}.`);
  }
  return outcome;
}

/** The result of a run of one row that must succeed. */
export async function resultOf(
  actions: ActionDefinition[],
  given: Partial<RunPlan> = {},
  world?: TestWorld,
): Promise<unknown> {
  const outcome = await run(actions, given, world);
  if (outcome.results === null) {
    throw new Error(`${outcome.error?.code}: ${outcome.error?.message}`);
  }
  return outcome.results[0]?.[0]?.value;
}

/** `NAME [[value, …], …]` of each trace, in order; `-` for what was skipped, `!code` for an error. */
export function traceLines({ traces }: Pick<EngineOutcome, "traces">): string[] {
  return traces.map(({ name, cells }) => {
    const rows = cells.map((row) =>
      row
        .map((cell) => {
          if (cell.meta.skipped === true) {
            return "-";
          }
          return cell.error === null ? JSON.stringify(cell.value) : `!${cell.errorCode}`;
        })
        .join(" "),
    );
    return `${name} ${rows.map((row) => `[${row}]`).join(" ")}`;
  });
}
