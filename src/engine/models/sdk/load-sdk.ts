/**
 * Loads a package of the AI SDK when a run first needs it, so that a cold start does not evaluate
 * what most runs never use.
 *
 * `zod` is loaded along for esbuild's sake: it puts off every module that a dynamic import reaches,
 * the inner ones of `zod` among them, and fails to run those for the static importers of `zod` unless
 * a dynamic import reaches its front door, too. Without it the built Worker does not start.
 */
export async function loadSdk<T>(load: () => Promise<T>): Promise<T> {
  const [sdk] = await Promise.all([load(), import("zod")]);
  return sdk;
}
