/** What a chat action's model may call: declared functions, the client's, and tools of the project. */
import * as z from "zod";

import { ActionFailure } from "../../domain/action-failure";
import { HEX_20, TOOL_ID_RULE } from "../../domain/ids";
import { type CallAnswerer, FILE_SEARCH, RUN_CODE } from "../../domain/run-event";
import { MODEL } from "../../limits";
import type { ActionContext } from "../actions/action";
import type { FunctionCall, FunctionDeclaration } from "../models/provider";
import { toolNotFound } from "../tool-not-found";
import { Parameters, readArguments } from "./parameters";

const Description = z.string().describe("Tells the model what it does and when to call it.");

/** OpenAI's and Anthropic's. */
const NAME_MAX_CHARS = 64;

export const DeclaredFunction = z.strictObject({
  name: z.string().regex(/^[\w-]{1,64}$/, "must be 1 to 64 letters, digits, `_` or `-`"),
  description: Description.optional(),
  parameters: Parameters.describe("JSON Schema of its arguments, an object."),
  strict: z.boolean().optional().describe("OpenAI's: hold the arguments to the schema for sure."),
  client: z
    .boolean()
    .default(false)
    .describe("The run waits until the client has submitted what the call gave, and goes on."),
});

export const CallableTool = z.strictObject({
  tool_id: z.string().regex(HEX_20, TOOL_ID_RULE),
  version: z
    .union([z.int().min(1), z.enum(["latest", "live"])])
    .optional()
    .describe(
      "A version's number, `latest` or `live`; else what the tool's `default_version` says.",
    ),
  description: Description.optional(),
  parameters: Parameters.describe("JSON Schema of the input that the model gives, an object."),
});
export type CallableTool = z.output<typeof CallableTool>;

/** How a call of the function is answered. */
type Answerer =
  | { by: "tool-maker" }
  | { by: "client" }
  | { by: "search" }
  | { by: "code" }
  | { by: "tool"; tool: CallableTool };

export type Callable = FunctionDeclaration & { answerer: Answerer };

/** A call that may be carried out, or what keeps it from that. */
export type ValidatedCall =
  | { ok: true; call: FunctionCall; callable: Callable; input: Record<string, unknown> }
  | { ok: false; call: FunctionCall; problem: string };

interface FunctionSpec {
  functions: readonly z.output<typeof DeclaredFunction>[];
  tools: readonly CallableTool[];
  /** Whether the model may search knowledge. */
  searches: boolean;
  /** Whether the model may run JavaScript. */
  runsCode: boolean;
}

const SEARCH: Callable = {
  name: FILE_SEARCH,
  description:
    "Searches the documents of this conversation. Quote what you use of a passage by its mark, e.g. 【1:0†file】.",
  parameters: {
    type: "object",
    properties: { query: { type: "string", description: "What to look for, in words." } },
    required: ["query"],
  },
  answerer: { by: "search" },
};

const CODE: Callable = {
  name: RUN_CODE,
  description:
    "Runs JavaScript, not Python: the body of an async function. It prints by console.log and may return a value; both are given back. It has no network, no files, no modules, and keeps nothing from call to call.",
  parameters: {
    type: "object",
    properties: { code: { type: "string", description: "JavaScript, e.g. `return 6 * 7`." } },
    required: ["code"],
  },
  answerer: { by: "code" },
};

/** Everything that may be called. Throws ActionFailure `tool_not_found` or `duplicate_function`. */
export async function gatherCallables(
  context: ActionContext<unknown, unknown>,
  { functions, tools, searches, runsCode }: FunctionSpec,
): Promise<Callable[]> {
  const declared = functions.map(({ client, ...declaration }): Callable => {
    const answerer: Answerer = client ? { by: "client" } : { by: "tool-maker" };
    return { ...declaration, answerer };
  });
  declared.push(...(searches ? [SEARCH] : []), ...(runsCode ? [CODE] : []));
  const taken = new Set(declared.map(({ name }) => name));
  if (taken.size < declared.length) {
    throw new ActionFailure("duplicate_function", "Two functions have the same name.");
  }
  if (tools.length === 0) {
    return declared;
  }
  // What a reader takes for a search, or for code, is never a tool's.
  taken.add(FILE_SEARCH).add(RUN_CODE);
  // A tool that is renamed in the middle of the run keeps the name that the model was told.
  const toolNames = await context.step("tools", () => readToolNames(context, tools));
  const called = tools.map((tool, index): Callable => {
    const ownName = toolNames[index] ?? "tool";
    return {
      name: freeName(ownName, taken),
      description: tool.description ?? `Runs the tool ${ownName}.`,
      parameters: tool.parameters,
      answerer: { by: "tool", tool },
    };
  });
  return [...declared, ...called];
}

/** Who answers a call of this name: what is not declared is told so by the tool. */
export function answererOf(callables: readonly Callable[], called: string): CallAnswerer {
  const callable = callables.find(({ name }) => name === called);
  return callable?.answerer.by === "client" ? "client" : "tool";
}

/** Whether a call of this name is a search of knowledge. */
export function isSearch(callables: readonly Callable[], called: string): boolean {
  return callables.some(({ name, answerer }) => name === called && answerer.by === "search");
}

async function readToolNames(
  { ports }: ActionContext<unknown, unknown>,
  tools: readonly CallableTool[],
): Promise<string[]> {
  return Promise.all(
    tools.map(async ({ tool_id, version: named }) => {
      const version = named ?? "default";
      const tool = await ports.tools.load(tool_id, version);
      if (tool === null) {
        throw toolNotFound(tool_id, version);
      }
      return tool.name;
    }),
  );
}

/** The tool's name in the letters that providers allow, numbered where it is taken; takes it. */
function freeName(toolName: string, taken: Set<string>): string {
  const name = toolName.replaceAll(/[^\w-]/g, "_").slice(0, NAME_MAX_CHARS);
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? "" : `_${number}`;
    const candidate = name.slice(0, NAME_MAX_CHARS - suffix.length) + suffix;
    if (!taken.has(candidate)) {
      taken.add(candidate);
      return candidate;
    }
  }
}

/** Holds each call of a reply against what was declared; a model may write anything. */
export function validateCalls(
  calls: readonly FunctionCall[],
  callables: readonly Callable[],
): ValidatedCall[] {
  return calls.map((call, index) => {
    const callable = callables.find(({ name }) => name === call.name);
    if (callable === undefined) {
      const known = callables.map(({ name }) => name).join(", ");
      return { ok: false, call, problem: `there is no such function; there is ${known || "none"}` };
    }
    if (index >= MODEL.maxCallsPerReply) {
      const problem = `one reply may call ${MODEL.maxCallsPerReply} functions; call this one again`;
      return { ok: false, call, problem };
    }
    const read = readArguments(call.arguments, callable.parameters);
    return read.ok
      ? { ok: true, call, callable, input: read.value }
      : { ok: false, call, problem: read.problem };
  });
}
