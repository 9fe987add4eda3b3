/** What a value may read. */
export interface Scope {
  /** The outputs of the actions that have run, by name. */
  names: Readonly<Record<string, unknown>>;
  /** Runs the source of a `{"$js": …}`. */
  runJs(source: string): Promise<unknown>;
}

/**
 * A spec with every string rendered and every `{"$js"}` run, depth first, in the order of its keys.
 *
 * Throws ActionFailure `template_syntax_error`, `undefined_name`, `template_error`,
 * `template_limit`, and whatever `runJs` throws.
 */
export async function resolveValue(value: unknown, _scope: Scope): Promise<unknown> {
  return value;
}
