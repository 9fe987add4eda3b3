/**
 * Proves that a reader gets each line once and in order wherever it comes in, and what becomes of
 * slow and lost ones. Does not prove how many the platform bears: see `bench/readers.ts`.
 */
import { describe, it } from "vitest";

import { STREAM } from "../../src/limits";
import { type Chunk, type LineSource, Subscribers } from "../../src/runs/events/subscribers";
import { ManualClock, settle } from "../support/manual-clock";

class Story implements LineSource<number> {
  readonly lines: string[] = [];
  ended = false;
  reads = 0;

  read(place: number): Chunk<number> {
    this.reads += 1;
    const text = this.lines.slice(place).join("");
    const bytes = new TextEncoder().encode(text);
    return { bytes, next: this.lines.length, ended: this.ended };
  }
}

function bench() {
  const clock = new ManualClock();
  const story = new Story();
  const readers = new Subscribers(clock);
  const tell = (line: string, ended = false): void => {
    story.lines.push(line);
    story.ended = ended;
    readers.notify(line.length);
  };
  return { clock, story, readers, tell };
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream).text();
}

describe("readers", () => {
  it("hear the past and then each line once, wherever they come in", async ({ expect }) => {
    const { story, readers, tell } = bench();
    tell("1");
    const early = readAll(readers.open(story, 0));
    await settle();
    tell("2");
    const late = readAll(readers.open(story, 1));
    tell("3");
    await settle();
    tell("4", true);
    expect([await early, await late]).toEqual(["1234", "234"]);
    expect(readers.count).toBe(0);
  });

  it("miss nothing that is told between looking and waiting", async ({ expect }) => {
    const { story, readers, tell } = bench();
    const gate = Promise.withResolvers<void>();
    const source: LineSource<number> = {
      read: async (place) => {
        const chunk = story.read(place);
        await gate.promise;
        return chunk;
      },
    };
    const heard = readAll(readers.open(source, 0));
    await settle();
    tell("told meanwhile", true);
    gate.resolve();
    expect(await heard).toBe("told meanwhile");
  });

  it("get an empty line now and then, which finds out those who have gone", async ({ expect }) => {
    const { clock, story, readers, tell } = bench();
    const heard = readAll(readers.open(story, 0));
    await clock.advance(2 * STREAM.keepAliveMs);
    tell("end", true);
    expect(await heard).toBe("\n\nend");
  });

  it("leave nothing behind when they go", async ({ expect }) => {
    const { clock, story, readers, tell } = bench();
    const reader = readers.open(story, 0).getReader();
    const pending = reader.read();
    await reader.cancel();
    await pending;
    expect(readers.count).toBe(0);
    tell("nobody hears this");
    const { reads } = story;
    await clock.advance(10 * STREAM.keepAliveMs);
    expect(story.reads).toBe(reads);
  });

  it("are dropped when they take nothing of all that is told, and others are not", async ({
    expect,
  }) => {
    const { story, readers, tell } = bench();
    const slow = readers.open(story, 0).getReader();
    const quick = readAll(readers.open(story, 0));
    await settle();
    const line = "x".repeat(STREAM.readerMaxLagBytes / 4);
    for (let lines = 0; lines < 6; lines += 1) {
      tell(line);
      await settle();
    }
    tell("end", true);
    expect(await quick).toHaveLength(6 * line.length + "end".length);
    await expect(slow.read()).rejects.toThrow("too slow");
  });

  it("are let go where their source fails them", async ({ expect }) => {
    const { readers } = bench();
    const source: LineSource<number> = { read: () => Promise.reject(new Error("no D1")) };
    await expect(readAll(readers.open(source, 0))).rejects.toThrow("no D1");
    expect(readers.count).toBe(0);
  });

  it("are all let go at once when their source is closed", async ({ expect }) => {
    const { story, readers } = bench();
    const heard = [readAll(readers.open(story, 0)), readAll(readers.open(story, 0))];
    await settle();
    readers.closeAll();
    expect(await Promise.all(heard)).toEqual(["", ""]);
  });
});
