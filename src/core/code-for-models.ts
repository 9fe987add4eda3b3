/** What `CODE_INTERPRETER` makes of a client's wish that its model may run code. */

/** As the config of `chat` has it; null: the wish is refused. */
type CodeForModels = "offered" | "declared" | null;

const SETTINGS: Readonly<Record<string, CodeForModels>> = {
  "": null,
  javascript: "offered",
  declared: "declared",
};

/** A setting that is none refuses it too. */
export function codeForModels({ CODE_INTERPRETER: setting = "" }: Env): CodeForModels {
  return SETTINGS[setting] ?? null;
}

export function isCodeSetting({ CODE_INTERPRETER: setting = "" }: Env): boolean {
  return Object.hasOwn(SETTINGS, setting);
}
