/** Metered QuickJS: the only way in. */
export { findSyntaxErrors } from "./find-syntax-error";
export { runInSandbox } from "./run-in-sandbox";
