/** The engine's ports made of Maps, and a log of what the engine told and asked. */
import type { KnowledgeQuery } from "../../src/domain/knowledge";
import type { Message } from "../../src/domain/message";
import type { Cell } from "../../src/domain/run";
import type { RunEvent } from "../../src/domain/run-event";
import type { ToolVersion } from "../../src/domain/tool";
import type { FileView, RunPorts, SavedReply, ThreadView } from "../../src/engine/ports";

/** What outlives a life of a run: give the same one to the next attempt. */
export class RunMemory {
  readonly cells = new Map<string, Cell>();
  readonly attempts = new Map<string, number>();
  readonly told: RunEvent[] = [];
  readonly dedupeKeys = new Set<string>();
  readonly outputs = new Map<string, string>();

  /** As the object's storage does it: nothing that the engine still holds is shared. */
  complete(key: string, cell: Cell): void {
    this.cells.set(key, structuredClone(cell));
  }

  toldTypes(): string[] {
    return this.told.map((event) =>
      event.type === "action-start" || event.type === "action-end"
        ? `${event.type} ${event.action.name}`
        : event.type,
    );
  }
}

export interface TestWorld {
  memory: RunMemory;
  threads: Map<string, { view: ThreadView; messages: Message[] }>;
  files: Map<string, { view: FileView; bytes: Uint8Array }>;
  derived: Map<string, Uint8Array>;
  tools: Map<string, { name: string; versions: ToolVersion[] }>;
  cache: Map<string, string>;
  knowledge: RunPorts["knowledge"]["search"];
  asked: { queries: KnowledgeQuery[]; bugs: unknown[] };
  /** Replies that were saved as messages. */
  saved: SavedReply[];
  ports: RunPorts;
}

/** `overrides` replace whole ports. */
export function testWorld(overrides: Partial<RunPorts> = {}, memory = new RunMemory()): TestWorld {
  const world: Omit<TestWorld, "ports"> = {
    memory,
    threads: new Map(),
    files: new Map(),
    derived: new Map(),
    tools: new Map(),
    cache: new Map(),
    knowledge: async () => [],
    asked: { queries: [], bugs: [] },
    saved: [],
  };
  const ports: RunPorts = { ...mapPorts(world), ...overrides };
  return Object.assign(world, { ports });
}

/** The same world with nothing remembered: for a run after another. */
export function forNextRun(world: TestWorld): TestWorld {
  world.memory = new RunMemory();
  return world;
}

function mapPorts(world: Omit<TestWorld, "ports">): RunPorts {
  return {
    steps: {
      get: (key) => structuredClone(world.memory.cells.get(key)),
      start: (key) => {
        const attempt = (world.memory.attempts.get(key) ?? 0) + 1;
        world.memory.attempts.set(key, attempt);
        return attempt;
      },
      complete: (key, cell) => world.memory.complete(key, cell),
    },
    emit: (event, dedupeKey) => {
      if (dedupeKey === undefined || !world.memory.dedupeKeys.has(dedupeKey)) {
        world.memory.told.push(structuredClone(event));
      }
      if (dedupeKey !== undefined) {
        world.memory.dedupeKeys.add(dedupeKey);
      }
    },
    threads: {
      read: async (threadId) => world.threads.get(threadId)?.view ?? null,
      messages: async (threadId, { limit, roles }) =>
        (world.threads.get(threadId)?.messages ?? [])
          .filter(({ role }) => roles === undefined || roles.includes(role))
          .slice(-limit),
    },
    files: filePort(world),
    tools: {
      load: async (toolId, version) => {
        const tool = world.tools.get(toolId);
        const found =
          typeof version === "number"
            ? tool?.versions.find((one) => one.version === version)
            : tool?.versions.at(-1);
        return tool === undefined || found === undefined
          ? null
          : { name: tool.name, version: found };
      },
    },
    knowledge: {
      search: async (query, signal) => {
        world.asked.queries.push(query);
        return world.knowledge(query, signal);
      },
    },
    models: {
      openai: { apiKey: null, baseUrl: null },
      anthropic: { apiKey: null },
      workersAi: null,
      prices: new Map(),
    },
    tokens: { hold: async () => null },
    cache: {
      read: async (key) => world.cache.get(key) ?? null,
      put: async (key, value) => void world.cache.set(key, value),
    },
    fetch: async () => {
      throw new TypeError("This test reaches no network.");
    },
    connections: { hold: (_signal, call) => call() },
    outbound: { ownHosts: [], allowLoopback: false },
    now: () => 0,
    sleep: sleepForReal,
    submittedOutputs: (calls) =>
      new Map(
        calls.flatMap(({ callId }) => {
          const output = world.memory.outputs.get(callId);
          return output === undefined ? [] : [[callId, output] as const];
        }),
      ),
    saveReply: async (reply) => void world.saved.push(reply),
    reportBug: (error) => void world.asked.bugs.push(error),
  };
}

const WHOLE = { offset: 0, length: Number.POSITIVE_INFINITY };

function filePort(world: Omit<TestWorld, "ports">): RunPorts["files"] {
  const bytesOf = (fileId: string): Uint8Array => {
    const file = world.files.get(fileId);
    if (file === undefined) {
      throw new Error(`No file ${fileId}`);
    }
    return file.bytes;
  };
  return {
    describe: async (fileIds) =>
      new Map(
        fileIds.flatMap((fileId) => {
          const file = world.files.get(fileId);
          return file === undefined ? [] : [[fileId, file.view] as const];
        }),
      ),
    readRange: async (fileId, offset, length) => bytesOf(fileId).slice(offset, offset + length),
    stream: async (fileId) => new Blob([bytesOf(fileId)]).stream(),
    readDerived: async (fileId, name, { offset, length } = WHOLE) =>
      world.derived.get(`${fileId}/${name}`)?.slice(offset, offset + length) ?? null,
    keepDerived: async (fileId, name, content) =>
      void world.derived.set(`${fileId}/${name}`, content.slice()),
  };
}

/** A sleep that took no time would have the engine's watchdogs spin: what they wait for cannot come. */
async function sleepForReal(delayMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, delayMs);
  signal.addEventListener(
    "abort",
    () => {
      clearTimeout(timer);
      reject(signal.reason);
    },
    { once: true },
  );
  await promise;
}
