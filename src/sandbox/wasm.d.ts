/** What this folder imports and calls that brings no types of its own. */

declare module "*.wasm" {
  const compiled: WebAssembly.Module;
  export default compiled;
}

/** JavaScript Promise Integration, https://github.com/WebAssembly/js-promise-integration */
declare namespace WebAssembly {
  /** An import that may return a promise: the module sleeps until it settles. */
  const Suspending: new (fn: () => Promise<void>) => () => void;
  /** An export that may sleep. Only WebAssembly may be on the stack between it and the sleeping import. */
  function promising(fn: (...args: number[]) => number): (...args: number[]) => Promise<number>;
}
