import { describe, it } from "vitest";

import { ConnectionSlots } from "../../src/net/connection-slots";
import { settle } from "../support/manual-clock";

const NEVER = new AbortController().signal;

/** Calls that a test ends one by one. */
function bench(slots: number) {
  const connections = new ConnectionSlots(slots);
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<string>>();
  const hold = (name: string, signal = NEVER): Promise<unknown> => {
    const end = Promise.withResolvers<string>();
    ends.set(name, end);
    return connections
      .hold(signal, () => {
        begun.push(name);
        return end.promise;
      })
      .catch((error: unknown) => error);
  };
  return { hold, begun, end: (name: string) => ends.get(name) };
}

describe("connection slots", () => {
  it("let so many calls be made at once, and the others in the order of their coming", async ({
    expect,
  }) => {
    const { hold, begun, end } = bench(2);
    const held = ["a", "b", "c", "d"].map((name) => hold(name));
    await settle();
    expect(begun).toEqual(["a", "b"]);
    end("b")?.resolve("B");
    await settle();
    expect(begun).toEqual(["a", "b", "c"]);
    end("a")?.reject(new Error("A broke"));
    await settle();
    expect(begun).toEqual(["a", "b", "c", "d"]);
    end("c")?.resolve("C");
    end("d")?.resolve("D");
    expect(await Promise.all(held)).toEqual([new Error("A broke"), "B", "C", "D"]);
  });

  it("are free again when a call is aborted, heed it the signal or not", async ({ expect }) => {
    const { hold, begun } = bench(1);
    const abort = new AbortController();
    const hanging = hold("hanging", abort.signal);
    void hold("next");
    await settle();
    expect(begun).toEqual(["hanging"]);
    abort.abort(new Error("stopped"));
    expect(await hanging).toEqual(new Error("stopped"));
    await settle();
    expect(begun).toEqual(["hanging", "next"]);
  });

  it("are not given to who left while waiting", async ({ expect }) => {
    const { hold, begun, end } = bench(1);
    const abort = new AbortController();
    void hold("first");
    const left = hold("left", abort.signal);
    void hold("last");
    await settle();
    abort.abort(new Error("stopped"));
    expect(await left).toEqual(new Error("stopped"));
    end("first")?.resolve("");
    await settle();
    expect(begun).toEqual(["first", "last"]);
  });

  it("are not lost where the one who is next leaves in the moment of its turn", async ({
    expect,
  }) => {
    for (const leavesFirst of [true, false]) {
      const { hold, begun, end } = bench(1);
      const abort = new AbortController();
      void hold("first");
      void hold("left", abort.signal);
      await settle();
      const steps = [() => abort.abort(), () => end("first")?.resolve("")];
      for (const step of leavesFirst ? steps : steps.toReversed()) {
        step();
      }
      await settle();
      end("left")?.resolve("");
      void hold("last");
      await settle();
      expect(begun.at(-1)).toBe("last");
    }
  });

  it("refuse a call that is aborted before it is made", async ({ expect }) => {
    const { hold, begun } = bench(1);
    expect(await hold("late", AbortSignal.abort(new Error("stopped")))).toEqual(
      new Error("stopped"),
    );
    expect(begun).toEqual([]);
  });
});
