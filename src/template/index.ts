/** The bounded template language: the only way in. */
export { inspectValue, type ValueReport } from "./inspect-value";
export { parseTemplate } from "./parse-template";
export { resolveValue } from "./resolve-value";
export { isTemplate, jsSource } from "./spec-value";
