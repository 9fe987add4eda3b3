/** Who computes next, where more want to than may. */
import { afterEach, describe, it, vi } from "vitest";

import { SANDBOX } from "../../src/limits";
import { FairSlots } from "../../src/sandbox/fair-slots";

/** Calls that work until they are let go, and the order in which they entered. */
class Bench {
  readonly entered: string[] = [];
  readonly #slots: FairSlots;
  readonly #ends = new Map<string, () => void>();

  constructor(slots: number) {
    this.#slots = new FairSlots(slots);
  }

  /** @param name `project/tool/run/call`. */
  async ask(...names: string[]): Promise<void> {
    for (const name of names) {
      const [projectId = "", tool = "", run = ""] = name.split("/");
      const toolId = `${projectId}/${tool}`;
      const owner = { projectId, toolId, runId: `${toolId}/${run}` };
      void this.#slots.run(owner, () => {
        this.entered.push(name);
        return new Promise<void>((resolve) => this.#ends.set(name, resolve));
      });
    }
    await settle();
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    await settle();
  }

  /** Ends each as it has entered, the oldest first. */
  async endAll(): Promise<string[]> {
    for (let index = 0; index < this.entered.length; index += 1) {
      await this.end(this.entered[index] ?? "");
    }
    return this.entered;
  }
}

/** Until all that follows from one promise has happened. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await Promise.resolve();
  }
}

const many = (owner: string, count: number) =>
  Array.from({ length: count }, (_, call) => `${owner}/${call}`);

afterEach(() => {
  // First: a spy on a fake timer would outlive the real one's return.
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** The next call's timers are gone, as those of an object that the platform ends. */
function killNext(): void {
  vi.spyOn(globalThis, "setInterval").mockImplementationOnce(() => setTimeout(() => {}, 0));
}

describe("the slots of the sandbox", () => {
  it("are never all one tool's, so that another's call enters at once", async ({ expect }) => {
    const bench = new Bench(2);
    await bench.ask(...many("p/long/r", 20));
    expect(bench.entered).toEqual(["p/long/r/0"]);
    await bench.ask("p/short/r/0");
    expect(bench.entered).toEqual(["p/long/r/0", "p/short/r/0"]);
  });

  it("go from run to run of a tool, however many calls one has", async ({ expect }) => {
    const bench = new Bench(2);
    await bench.ask(...many("p/t/greedy", 20), "p/t/other/0");
    await bench.end("p/t/greedy/0");
    await bench.end("p/t/greedy/1");
    expect(bench.entered).toEqual(["p/t/greedy/0", "p/t/greedy/1", "p/t/other/0"]);
  });

  it("go from tool to tool of a project", async ({ expect }) => {
    const bench = new Bench(2);
    await bench.ask(...many("p/a/r", 5), ...many("p/b/r", 5), "p/c/r/0");
    expect(bench.entered).toEqual(["p/a/r/0", "p/b/r/0"]);
    await bench.end("p/b/r/0");
    await bench.end("p/b/r/1");
    expect(bench.entered.slice(2)).toEqual(["p/b/r/1", "p/c/r/0"]);
  });

  it("go to the project that holds fewest, however many tools another has", async ({ expect }) => {
    const bench = new Bench(2);
    const tools = Array.from({ length: 50 }, (_, tool) => `p/${tool}/r/0`);
    await bench.ask(...tools, "q/t/r/0");
    await bench.end("p/0/r/0");
    expect(bench.entered).toEqual(["p/0/r/0", "p/1/r/0", "q/t/r/0"]);
  });

  it("let everybody in once, also after a call that fails", async ({ expect }) => {
    const slots = new FairSlots(1);
    const owner = { projectId: "p", toolId: "t", runId: "r" };
    await expect(slots.run(owner, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await slots.run(owner, () => Promise.resolve("yes"))).toBe("yes");
    const bench = new Bench(3);
    const all = ["p", "q"].flatMap((project) => many(`${project}/t/r`, 7));
    await bench.ask(...all);
    expect((await bench.endAll()).toSorted()).toEqual(all);
  });

  it("come back from calls that have died, and pass by those that died as they waited", async ({
    expect,
  }) => {
    vi.useFakeTimers();
    const bench = new Bench(1);
    killNext();
    await bench.ask("p/a/r/dead");
    killNext();
    await bench.ask("p/b/r/waits and dies");
    await bench.ask("p/c/r/lives");
    await vi.advanceTimersByTimeAsync(SANDBOX.slotMaxSilenceMs / 2);
    expect(bench.entered).toEqual(["p/a/r/dead"]);
    await vi.advanceTimersByTimeAsync(SANDBOX.slotMaxSilenceMs);
    expect(bench.entered).toEqual(["p/a/r/dead", "p/c/r/lives"]);
    // A call that lives keeps its slot for as long as it takes.
    await bench.ask("p/d/r/next");
    await vi.advanceTimersByTimeAsync(5 * SANDBOX.slotMaxSilenceMs);
    expect(bench.entered).toHaveLength(2);
    await bench.end("p/c/r/lives");
    expect(bench.entered.at(-1)).toBe("p/d/r/next");
  });

  it("stay with calls that were taken for dead while the isolate stood still", async ({
    expect,
  }) => {
    vi.useFakeTimers();
    const bench = new Bench(1);
    await bench.ask("p/a/r/0", "p/b/r/0");
    vi.setSystemTime(Date.now() + 10 * SANDBOX.slotMaxSilenceMs);
    await vi.advanceTimersByTimeAsync(SANDBOX.slotMaxSilenceMs);
    expect(bench.entered).toEqual(["p/a/r/0"]);
    await bench.end("p/a/r/0");
    expect(bench.entered).toEqual(["p/a/r/0", "p/b/r/0"]);
  });
});
