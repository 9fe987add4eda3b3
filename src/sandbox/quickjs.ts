/**
 * One QuickJS engine, in a WebAssembly instance of its own. The only file that imports the compiled
 * engine: `quickjs.wasm` is the package's binary as `scripts/quickjs/meter.ts` rewrites it, so that
 * it burns fuel wherever it computes. The package's own interrupt handler is not used: it is asked
 * once in 10 000 jumps of byte code and never inside a native function.
 */
import loadEngine from "@jitl/quickjs-wasmfile-release-sync/emscripten-module";

import { SANDBOX } from "../limits";
import compiled from "./quickjs.wasm";

const WASM_PAGE_BYTES = 65_536;
/** What the binary's memory import asks for. */
const INITIAL_PAGES = 256;
const POINTER_BYTES = 4;
/** Parameters of the package's functions: see `quickjs-emscripten`'s `interface.c`. */
const AUTO_DETECT_MODULE_OFF = 0;
const EVALUATE_AS_SCRIPT = 0;
const COMPILE_ONLY = 32;
const ALL_INTRINSICS = 0;
const ALL_JOBS = -1;

/** What the C library would print when it aborts; the exception tells the same. */
const SILENT = { print: () => {}, printErr: () => {} };

/** What this file uses of the module that Emscripten made. Pointers are numbers. */
interface EngineModule {
  /** A function of the binary by its name; with numbers alone it is the bare export. */
  cwrap(name: string, returns: "number", takes: []): (...args: number[]) => number;
  UTF8ToString(at: number): string;
}

/** What the engine gives for an error when not even an error object fits. */
export const NO_MEMORY = "null";

/** How the engine is kept in bounds. */
export interface FuelSource {
  /** Called when the fuel has run out: resolves to the next portion, or throws to end the engine. */
  refuel(): Promise<number>;
}

/** The engine threw where nothing inside caught it; the message is the error as JSON, or `NO_MEMORY`. */
export class EngineException extends Error {
  override readonly name = "EngineException";
}

/**
 * Never disposed of: a runtime that ended by an error aborts when it is freed. The instance and its
 * memory are garbage once nothing refers to them.
 */
export class QuickJs {
  readonly #module: EngineModule;
  readonly #memory: WebAssembly.Memory;
  readonly #runtime: number;
  readonly #context: number;

  private constructor(module: EngineModule, memory: WebAssembly.Memory) {
    this.#module = module;
    this.#memory = memory;
    this.#runtime = exported(module, "QTS_NewRuntime")();
    exported(module, "QTS_RuntimeSetMaxStackSize")(this.#runtime, SANDBOX.stackMaxBytes);
    this.#context = exported(module, "QTS_NewContext")(this.#runtime, ALL_INTRINSICS);
  }

  /** Compiles nothing: the binary is compiled when the Worker is deployed. */
  static async start(source: FuelSource, firstPortion: number): Promise<QuickJs> {
    const memory = new WebAssembly.Memory({
      initial: INITIAL_PAGES,
      maximum: SANDBOX.memoryMaxBytes / WASM_PAGE_BYTES,
    });
    let fuel: WebAssembly.ExportValue | undefined;
    const fill = (portion: number): void => {
      if (fuel instanceof WebAssembly.Global) {
        fuel.value = portion;
      }
    };
    const refuel = new WebAssembly.Suspending(async () => fill(await source.refuel()));
    const module = await loadEngine({
      wasmMemory: memory,
      instantiateWasm(imports, receive) {
        const instance = new WebAssembly.Instance(compiled, { ...imports, meter: { refuel } });
        fuel = instance.exports["fuel"];
        receive(instance);
        return instance.exports;
      },
      ...SILENT,
    });
    const engine = new QuickJs(module, memory);
    fill(firstPortion);
    return engine;
  }

  /** True where the engine has taken, near enough, all the memory that it may have. */
  get isFull(): boolean {
    return this.#memory.buffer.byteLength > SANDBOX.memoryMaxBytes * 0.9;
  }

  /** Runs a script; resolves to a handle on its value. */
  async evaluate(script: string): Promise<number> {
    return this.#eval(script, "prelude", EVALUATE_AS_SCRIPT);
  }

  /** Reads a script and runs nothing of it; throws EngineException where it is none. */
  async compile(script: string, name: string): Promise<void> {
    await this.#eval(script, name, EVALUATE_AS_SCRIPT + COMPILE_ONLY);
  }

  async #eval(script: string, scriptName: string, flags: number): Promise<number> {
    const text = await this.#write(script);
    const name = await this.#write(scriptName);
    const noModule = AUTO_DETECT_MODULE_OFF;
    const value = await this.#run(
      "QTS_Eval",
      this.#context,
      text.at,
      text.bytes,
      name.at,
      noModule,
      flags,
    );
    await this.#do("free", text.at);
    await this.#do("free", name.at);
    return value;
  }

  /** Calls a function with strings; resolves to a handle on its result. */
  async call(fn: number, ...texts: string[]): Promise<number> {
    const values: number[] = [];
    for (const text of texts) {
      values.push(await this.#string(text));
    }
    const list = await this.#allocate(POINTER_BYTES * Math.max(1, values.length));
    new Uint32Array(this.#memory.buffer).set(values, list / POINTER_BYTES);
    const self = await this.#do("QTS_GetUndefined");
    return this.#run("QTS_Call", this.#context, fn, self, values.length, list);
  }

  /** The text of a handle on a string. */
  async text(value: number): Promise<string> {
    return this.#module.UTF8ToString(await this.#do("QTS_GetString", this.#context, value));
  }

  /** Runs promise jobs until none is left. */
  async runJobs(): Promise<void> {
    const contextOut = await this.#allocate(POINTER_BYTES);
    while (await this.#do("QTS_IsJobPending", this.#runtime)) {
      await this.#run("QTS_ExecutePendingJob", this.#runtime, ALL_JOBS, contextOut);
    }
  }

  /** What gives a JavaScript value, or throws what it gave instead. */
  async #run(name: string, ...args: number[]): Promise<number> {
    const value = await this.#do(name, ...args);
    const exception = await this.#do("QTS_ResolveException", this.#context, value);
    if (exception === 0) {
      return value;
    }
    const dump = await this.#do("QTS_Dump", this.#context, exception);
    throw new EngineException(this.#module.UTF8ToString(dump));
  }

  /** Whatever runs in the engine may find its fuel used up, and then has to sleep. */
  #do(name: string, ...args: number[]): Promise<number> {
    return WebAssembly.promising(exported(this.#module, name))(...args);
  }

  async #string(text: string): Promise<number> {
    const { at } = await this.#write(text);
    const value = await this.#run("QTS_NewString", this.#context, at);
    await this.#do("free", at);
    return value;
  }

  async #write(text: string): Promise<{ at: number; bytes: number }> {
    const encoded = new TextEncoder().encode(text);
    const at = await this.#allocate(encoded.length + 1);
    const heap = new Uint8Array(this.#memory.buffer);
    heap.set(encoded, at);
    heap[at + encoded.length] = 0;
    return { at, bytes: encoded.length };
  }

  async #allocate(bytes: number): Promise<number> {
    const at = await this.#do("malloc", bytes);
    if (at === 0) {
      throw new EngineException(NO_MEMORY);
    }
    return at;
  }
}

function exported(module: EngineModule, name: string): (...args: number[]) => number {
  return module.cwrap(name, "number", []);
}
