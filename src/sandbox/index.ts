/** Other people's JavaScript in metered QuickJS: the room's only entrance. */
export { findSyntaxErrors } from "./find-syntax-error";
export { runInSandbox } from "./run-in-sandbox";
