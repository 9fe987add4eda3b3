/** Runs of a tool with one chat action, on ports made of Maps and a network that is a script. */
import type { Cell } from "../../src/domain/run";
import type { ActionDefinition, ActionType } from "../../src/domain/tool";
import type { EngineOutcome, RunPlan } from "../../src/engine/contract";
import { executeRun } from "../../src/engine/execute-run";
import type { RunPorts } from "../../src/engine/ports";
import { ManualClock } from "./manual-clock";
import { modelSettings } from "./model-request";
import { completionBody, completionEvents, type Completion } from "./openai-wire";
import { RunMemory, testWorld, type TestWorld } from "./ports";
import { plan } from "./run-plan";
import { eventResponse, jsonResponse, scriptedFetch } from "./scripted-fetch";

export const COMPATIBLE = { provider_id: "openai-compatible", model_id: "test-model" };

export interface ChatRun {
  type?: "chat" | "model";
  spec?: Record<string, unknown>;
  config?: Record<string, unknown>;
  /** What else the run is given. */
  given?: Partial<RunPlan>;
  /** What the run asks for. */
  stream?: boolean;
  /** Of provider `openai-compatible`, in turn. */
  answers?: (Completion | Response | Error | "never")[];
  memory?: RunMemory;
  world?: TestWorld;
  signal?: AbortSignal;
  clock?: ManualClock;
  /** Ports of its own instead of these. */
  ports?: (ports: RunPorts) => Partial<RunPorts>;
}

export function chatRun(given: ChatRun) {
  const { type = "chat", stream = false, answers = [] } = given;
  const config: Record<string, unknown> = given.config ?? COMPATIBLE;
  const isStreamed = typeof config["use_stream"] === "boolean" ? config["use_stream"] : stream;
  const network = scriptedFetch(
    ...answers.map((answer) => (isRaw(answer) ? answer : toResponse(answer, isStreamed))),
  );
  const world = given.world ?? testWorld({}, given.memory ?? new RunMemory());
  const { memory } = world;
  const clock = given.clock ?? new ManualClock();
  const ports: RunPorts = {
    ...world.ports,
    models: modelSettings(),
    fetch: network.fetch,
    now: clock.now,
    sleep: clock.sleep,
  };
  const outcome = executeRun(
    plan(toolOf(type, given.spec ?? HELLO, config), { stream, ...given.given }),
    { ...ports, ...given.ports?.(ports) },
    given.signal ?? new AbortController().signal,
  );
  return { outcome, network, memory, world, clock };
}

export const HELLO = { messages: [{ role: "user", content: "Hello" }] };

export const WEATHER = {
  name: "weather",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

export function toolOf(
  type: ActionType,
  spec: Record<string, unknown>,
  config: Record<string, unknown>,
): ActionDefinition[] {
  return [
    { name: "INPUT", type: "input" },
    { name: "ASK", type, spec, config },
    { name: "OUTPUT", type: "output" },
  ];
}

/** The one cell of the chat action. */
export async function cellOf(outcome: Promise<EngineOutcome>): Promise<Cell> {
  const { traces } = await outcome;
  const cell = traces.find(({ name }) => name === "ASK")?.cells[0]?.[0];
  if (cell === undefined) {
    throw new Error("The chat action has not ended.");
  }
  return cell;
}

export function toldText(memory: RunMemory): string {
  return memory.told.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}

function isRaw(
  answer: NonNullable<ChatRun["answers"]>[number],
): answer is Response | Error | "never" {
  return answer === "never" || answer instanceof Response || answer instanceof Error;
}

function toResponse(completion: Completion, stream: boolean): Response {
  return stream
    ? eventResponse(completionEvents(completion))
    : jsonResponse(completionBody(completion));
}

/** Ports of an object that dies as this step's outcome is to be kept. */
export function dyingAt(step: string): (ports: RunPorts) => Partial<RunPorts> {
  return ({ steps }) => ({
    steps: {
      get: (key) => steps.get(key),
      start: (key) => steps.start(key),
      complete: (key, cell) => {
        if (key === step) {
          throw new Error("The object died.");
        }
        steps.complete(key, cell);
      },
    },
  });
}
