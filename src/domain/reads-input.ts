import type { ActionDefinition } from "./tool";

/** How JavaScript of a tool reads the input beside its state. */
const ENV_INPUT = String.raw`\binput\.value`;

/**
 * Whether an action may read this field of the run's input: it names the field, or the input as a whole.
 * Words of an instruction may look like it; then it is taken for read.
 */
export function readsInput([first, ...rest]: readonly ActionDefinition[], field: string): boolean {
  const isHandedOn = rest[0]?.type === "output" && rest[0].spec?.["value"] === undefined;
  const whole = String.raw`(?:\b${first?.name ?? "INPUT"}|${ENV_INPUT})\b`;
  const others = String.raw`(?!\??\.(?!${field.replaceAll(/\W/g, ".")}\b)\w)`;
  return isHandedOn || new RegExp(whole + others).test(JSON.stringify(rest));
}
