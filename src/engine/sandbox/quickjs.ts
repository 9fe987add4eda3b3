/**
 * One QuickJS engine, in a WebAssembly instance of its own. The only file that imports the compiled
 * engine: `quickjs.wasm` is the package's binary as `scripts/quickjs/meter.ts` rewrites it, so that
 * it burns fuel wherever it computes. The package's own interrupt handler is not used: it is asked
 * once in 10 000 jumps of byte code and never inside a native function.
 */
import loadEngine from "@jitl/quickjs-wasmfile-release-sync/emscripten-module";

import { SANDBOX } from "../../limits";
import compiled from "./quickjs.wasm";

const WASM_PAGE_BYTES = 65_536;
/** What the binary's memory import asks for. */
const INITIAL_PAGES = 256;
const POINTER_BYTES = 4;
/** Parameters of the package's functions: see `quickjs-emscripten`'s `interface.c`. */
const AUTO_DETECT_MODULE_OFF = 0;
const EVALUATE_AS_SCRIPT = 0;
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

/** How the engine is kept in bounds. */
export interface FuelSource {
  /** Called when the fuel has run out: resolves to the next portion, or throws to end the engine. */
  refuel(): Promise<number>;
}

/** The engine threw where nothing inside caught it; the message is the error as JSON, `null` when not even that fitted. */
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
    this.#runtime = this.#export("QTS_NewRuntime")();
    this.#export("QTS_RuntimeSetMaxStackSize")(this.#runtime, SANDBOX.stackMaxBytes);
    this.#context = this.#export("QTS_NewContext")(this.#runtime, ALL_INTRINSICS);
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
    const text = this.#write(script);
    const name = this.#write("prelude");
    return this.#run(
      "QTS_Eval",
      this.#context,
      text.at,
      text.bytes,
      name.at,
      AUTO_DETECT_MODULE_OFF,
      EVALUATE_AS_SCRIPT,
    );
  }

  /** Calls a function without arguments; its result must be a string. */
  async callForText(fn: number): Promise<string> {
    const self = this.#export("QTS_GetUndefined")();
    const result = await this.#run("QTS_Call", this.#context, fn, self, 0, 0);
    return this.#module.UTF8ToString(this.#export("QTS_GetString")(this.#context, result));
  }

  /** Runs promise jobs until none is left. */
  async runJobs(): Promise<void> {
    const contextOut = this.#allocate(POINTER_BYTES);
    const isPending = this.#export("QTS_IsJobPending");
    while (isPending(this.#runtime)) {
      await this.#run("QTS_ExecutePendingJob", this.#runtime, ALL_JOBS, contextOut);
    }
  }

  /** Every function that may run code of the project goes through here: it may sleep to refuel. */
  async #run(name: string, ...args: number[]): Promise<number> {
    const value = await WebAssembly.promising(this.#export(name))(...args);
    const exception = this.#export("QTS_ResolveException")(this.#context, value);
    if (exception === 0) {
      return value;
    }
    const dump = WebAssembly.promising(this.#export("QTS_Dump"));
    throw new EngineException(this.#module.UTF8ToString(await dump(this.#context, exception)));
  }

  #export(name: string): (...args: number[]) => number {
    return this.#module.cwrap(name, "number", []);
  }

  #write(text: string): { at: number; bytes: number } {
    const encoded = new TextEncoder().encode(text);
    const at = this.#allocate(encoded.length + 1);
    const heap = new Uint8Array(this.#memory.buffer);
    heap.set(encoded, at);
    heap[at + encoded.length] = 0;
    return { at, bytes: encoded.length };
  }

  #allocate(bytes: number): number {
    const at = this.#export("malloc")(bytes);
    if (at === 0) {
      throw new EngineException("null");
    }
    return at;
  }
}
